"""Kernels that can reach nothing: bubblewrap, limits, and the process they fork from."""
