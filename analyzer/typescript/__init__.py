"""What TypeScript and JavaScript files say."""
