"""The card of a model, on the screen and as a page. Both are made of the card's data."""
