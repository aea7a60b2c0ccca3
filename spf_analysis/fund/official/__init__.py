"""Official files in: what a publisher releases becomes rows of the Fund's dated tables, shown first and written only when told to."""
