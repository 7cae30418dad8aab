"""Kernels that reach nothing: bubblewrap, limits, a process that they fork from."""
