"""Taking records out: asked for, written by a job, taken away under a name that soon runs out."""
