"""The tests mirror the packages; being a package itself, this folder never hides them."""
