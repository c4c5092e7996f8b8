namespace AgentChain.Onnx.Language;

/// <summary>Represents a generated token.</summary>
public readonly record struct GeneratedToken
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="id">The ID of the token.</param>
    /// <param name="text">The text that the token completes; empty while a character is incomplete.</param>
    public GeneratedToken(int id, string text) =>
        (Id, Text) = (id, text);

    /// <summary>Gets the ID of the token.</summary>
    public int Id { get; init; }

    /// <summary>Gets the text that the token completes; empty while a character is incomplete.</summary>
    public string Text { get; init; }
}
