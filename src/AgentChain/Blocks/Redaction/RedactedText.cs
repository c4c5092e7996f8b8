namespace AgentChain.Blocks.Redaction;

/// <summary>A text whose personal data was replaced by placeholders, and what they stand for.</summary>
/// <param name="Text">The text with placeholders.</param>
/// <param name="Map">What the placeholders stand for; grown by the values that were new.</param>
public readonly record struct RedactedText(string Text, RedactionMap Map)
{
    /// <summary>Describes it in a line: names and numbers, never what a user said.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => OptionCheck.Text($"{Text?.Length ?? 0} characters, {Map}");
}
