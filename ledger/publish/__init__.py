"""From a department's file to what is signed: read, map, draft, resolve the provider, plan, cut into batches."""
