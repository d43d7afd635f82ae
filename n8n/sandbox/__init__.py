"""A pretend n8n for the demo: the public API as far as Orchestrator uses it, and runs that happen.

It refuses what n8n refuses (the client's tests run on both) and reports as `n8n/hooks.js` does.
Where n8n's answer depends on its settings it gives the stricter one: what is published cannot be
deleted. Needs nothing of Orchestrator's code, and no Django.
"""
