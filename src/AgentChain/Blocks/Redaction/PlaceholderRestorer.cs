using System.Text;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Puts the values back where their placeholders stand: in whole texts (<c>Then</c>, <c>ThenEach</c>) and in streams whose pieces may
/// break a placeholder (<c>Regroup</c>). It finds the map that <see cref="PiiRedactor"/> carries. Text that only looks like a
/// placeholder stays as it is. Stateless and safe for use by many turns at once.
/// </summary>
/// <remarks>
/// In a stream it holds back no more than what could still become one of the map's placeholders: a piece that holds none passes at
/// once. Redaction reaches no further than the restorer: what comes out is personal data again, so put it right before the user.
/// </remarks>
public sealed class PlaceholderRestorer : ISyncBlock<string, string>, IRegroupBlock<string, string>
{
    /// <summary>Restores a whole text as a block of a chain.</summary>
    /// <param name="input">The text with placeholders.</param>
    /// <param name="context">The turn, which carries the map.</param>
    /// <returns>The text with values.</returns>
    public string Invoke(string input, BlockContext context) => Restore(input, context.Get(RedactionMap.Key) ?? RedactionMap.Empty);

    /// <summary>Begins to restore one turn's stream.</summary>
    /// <param name="context">The turn, which carries the map.</param>
    /// <returns>The state of that stream.</returns>
    public IRegrouper<string, string> Begin(BlockContext context) => Begin(context.Get(RedactionMap.Key) ?? RedactionMap.Empty);

    /// <summary>Begins to restore a stream.</summary>
    /// <param name="map">What the placeholders stand for.</param>
    /// <returns>The state of that stream; it concatenates to what <see cref="Restore"/> makes of the whole.</returns>
    public static IRegrouper<string, string> Begin(RedactionMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return new PlaceholderStream(map);
    }

    /// <summary>Restores a whole text.</summary>
    /// <param name="text">The text with placeholders.</param>
    /// <param name="map">What they stand for.</param>
    /// <returns>The text with values.</returns>
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
        while (text.IndexOf('[', at) is var open and >= 0)
        {
            restored.Append(text, at, open - at);
            int close = text.IndexOf(']', open);
            if (close > 0 && map.TryGetValue(text[open..(close + 1)], out string? value))
            {
                restored.Append(value);
                at = close + 1;
            }
            else
            {
                restored.Append('[');
                at = open + 1;
            }
        }

        return restored.Append(text, at, text.Length - at).ToString();
    }
}
