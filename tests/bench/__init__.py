"""What `bin/bench` runs: reference data by seed, operations, floors and goals."""
