"""Runs in the sandbox as a program of its own: its modules import no others of ours."""
