using AgentChain.Onnx.Files;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Limits what the patterns and rewriting rules of a <c>tokenizer.json</c> can spend on one text: the time that patterns take and the
/// length that the text can reach. Both are a multiple of what real tokenizers need, so only hostile or broken files reach them.
/// </summary>
/// <param name="file">The file, for errors.</param>
/// <param name="length">The length of the text.</param>
sealed class TextBudget(ModelFile file, int length)
{
    /// <summary>The time for one match, and for all matches in a short text.</summary>
    public static readonly TimeSpan Match = TimeSpan.FromSeconds(2);

    const int CharactersPerMillisecond = 500;
    const int Growth = 64;
    const int Room = 1 << 16;

    readonly long _end = Environment.TickCount64 + (long)Match.TotalMilliseconds + (length / CharactersPerMillisecond);
    readonly long _longest = ((long)length * Growth) + Room;

    /// <summary>Whether the time for patterns is over.</summary>
    public bool IsOver => Environment.TickCount64 > _end;

    /// <summary>Throws if the text has grown too long.</summary>
    public void RequireLength(long characters)
    {
        if (characters > _longest)
        {
            throw file.Error(null, FormattableString.Invariant(
                $"rewrites a text of {length:N0} characters to more than {_longest:N0}. Its normalizer or pre-tokenizer is not usable; take another file."));
        }
    }
}
