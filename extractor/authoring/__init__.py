"""What those who write rule files work with: proving them on examples, before a vendor's next invoice does."""
