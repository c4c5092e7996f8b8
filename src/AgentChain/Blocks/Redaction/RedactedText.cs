namespace AgentChain.Blocks.Redaction;

/// <summary>Represents a text whose personal data was replaced with placeholders, and the map from placeholders to values.</summary>
/// <param name="Text">The text with placeholders.</param>
/// <param name="Map">The map from placeholders to values, including the values that are new in this text.</param>
public readonly record struct RedactedText(string Text, RedactionMap Map)
{
    /// <summary>Returns a one-line description that contains names and numbers, but no user content.</summary>
    /// <returns>The description.</returns>
    public override string ToString() => OptionCheck.Text($"{Text?.Length ?? 0} characters, {Map}");
}
