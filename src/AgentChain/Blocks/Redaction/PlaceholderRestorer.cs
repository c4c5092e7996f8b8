using System.Text;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Replaces placeholders with their values, in whole texts (<c>Then</c>, <c>ThenEach</c>) and in streams whose pieces can split a
/// placeholder (<c>Regroup</c>). It uses the map that <see cref="PiiRedactor"/> carries. Text that only looks like a placeholder is not
/// changed. Stateless and thread-safe.
/// </summary>
/// <remarks>
/// In a stream, it holds back only text that can still become one of the map's placeholders; all other text passes immediately.
/// Its output contains personal data again, so make it the last step before the user.
/// </remarks>
public sealed class PlaceholderRestorer : ISyncBlock<string, string>, IRegroupBlock<string, string>
{
    /// <summary>Restores a whole text as a block of a chain.</summary>
    /// <param name="input">The text with placeholders.</param>
    /// <param name="context">The context of the turn, which carries the map.</param>
    /// <returns>The text with the values.</returns>
    public string Invoke(string input, BlockContext context) => Restore(input, context.Get(RedactionMap.Key) ?? RedactionMap.Empty);

    /// <summary>Begins to restore the stream of one turn.</summary>
    /// <param name="context">The context of the turn, which carries the map.</param>
    /// <returns>The regrouper for that stream.</returns>
    public IRegrouper<string, string> Begin(BlockContext context) => Begin(context.Get(RedactionMap.Key) ?? RedactionMap.Empty);

    /// <summary>Begins to restore a stream.</summary>
    /// <param name="map">The map from placeholders to values.</param>
    /// <returns>The regrouper for that stream. Its concatenated output equals that of <see cref="Restore"/> for the whole text.</returns>
    public static IRegrouper<string, string> Begin(RedactionMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new PlaceholderStream(map);
    }

    /// <summary>Restores a whole text.</summary>
    /// <param name="text">The text with placeholders.</param>
    /// <param name="map">The map from placeholders to values.</param>
    /// <returns>The text with the values.</returns>
    public static string Restore(string text, RedactionMap map)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(map);
        if (map.Count == 0 || !text.Contains('[', StringComparison.Ordinal))
        {
            return text;
        }

        var restored = new StringBuilder(text.Length);
        int at = 0;
        string? value = null;
        while (text.AsSpan(at).IndexOf('[') is var open and >= 0)
        {
            open += at;
            int length = RedactionMap.PlaceholderAt(text, open);
            bool known = length > 0 && map.TryGetValue(text.Substring(open, length), out value);
            restored.Append(text, at, open - at).Append(known ? value : "[");
            at = open + (known ? length : 1);
        }

        return restored.Append(text, at, text.Length - at).ToString();
    }
}
