"""How far figures would move by chance: people drawn anew, and sums over them."""
