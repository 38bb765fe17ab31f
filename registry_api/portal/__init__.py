"""The pages people look at: made on the server, readable without scripts, Chinese first."""
