"""The single judgements of the checker: each looks at one side of a package and tells what it found."""
