"""What the workflow itself needs: versions, checksums of sources, how a run starts and ends."""
