"""Measures the product as `make run` starts it, from other processes, beside its limits.

    python -m bench                     everything, and writes docs/performance.md
    python -m bench --only heartbeats   some of it, and prints

Every row stands beside a limit that was measured in the same run: what the machine does without
our code, or without most of it. Raw samples are kept in bench/results.
"""
