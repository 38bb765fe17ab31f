"""What is known about the chain: calls, events, deployment, sending. Parts are imported one by one."""
