"""From a solution as we write it to notebooks that students get."""
