"""Tenancy: who, where, may they, show it live."""
