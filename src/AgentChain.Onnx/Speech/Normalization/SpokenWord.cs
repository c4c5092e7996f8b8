namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>A word and the punctuation after it.</summary>
internal readonly record struct SpokenWord(string Core, string Tail)
{
    public string Lower { get; } = Core.ToLowerInvariant();

    /// <summary>Whether punctuation follows. A number never continues across it.</summary>
    public bool Ends => Tail.Length > 0;

    public string Text => Core + Tail;

    public static SpokenWord[] Split(string text)
    {
        string[] parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return Array.ConvertAll(parts, part =>
        {
            int end = part.Length;
            while (end > 0 && part[end - 1] is '.' or ',' or '?' or '!' or ';' or ':' or ')' or '"')
            {
                end--;
            }

            return new SpokenWord(part[..end], part[end..]);
        });
    }
}
