"""Mutation testing: small faults planted one by one, each of which some test has to notice."""
