"""Write data sets back in the notations of others."""
