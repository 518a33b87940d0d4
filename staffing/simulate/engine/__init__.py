"""The event loop, compiled: each module a few verbs on the arrays of `records`."""

# mypy: ignore-errors
# numba's types do not know all of its options.

from numba import njit

OPTIONS = {"error_model": "numpy", "_nrt": False}
"""The loop allocates nothing, so numba need not count references to each array at each call."""

verb = njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True, **OPTIONS)
"""A function only others here call: compiled into the loop, which alone is cached on disk.

Python itself must not call one; its `py_func` it may.
"""
