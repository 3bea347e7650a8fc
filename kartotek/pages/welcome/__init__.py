"""The first page of all: who you are, and which company this is."""
