using System.Diagnostics;
using AgentChain.Turns;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// What one caller's placeholders stand for, from turn to turn: the same value has the same placeholder throughout a conversation.
/// Thread-safe.
/// </summary>
/// <remarks>
/// A chain is shared by all its callers, a memory belongs to one of them. So create it with the call or conversation, hand it to the
/// chain as part of each turn's input, and never capture one, or a <see cref="RedactionMap"/>, in a lambda of a chain: every caller would
/// get the values of the others. <see cref="Carry"/> puts it on the envelope of the turn, and <see cref="Learn"/> finds it there.
/// It holds personal data; its text form and its debugger display show counts only.
/// </remarks>
/// <example>
/// <code>
/// sealed record Question(string Text, RedactionMemory Memory);   // the memory of the one who asks
///
/// Chain.From&lt;Question&gt;("voice")
///     .Tap("known", (question, context) => question.Memory.Carry(context))
///     .Then("text", question => question.Text)
///     .Then("redact", new PiiRedactor(), o => o.Redacts())
///     .Tap("learned", (_, context) => RedactionMemory.Learn(context))
///     .Stream("respond", languageModel)
///     .Regroup("restore", new PlaceholderRestorer())
/// </code>
/// </example>
/// <param name="known">What is known beforehand, such as the facts of the caller's account; <see langword="null"/> for nothing.</param>
[DebuggerDisplay("{Map.Count} values")]
public sealed class RedactionMemory(RedactionMap? known = null)
{
    static readonly TurnKey<RedactionMemory> Key = new("redaction memory");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    RedactionMap _map = known ?? RedactionMap.Empty;

    /// <summary>Gets the latest map.</summary>
    public RedactionMap Map => Volatile.Read(ref _map);

    /// <summary>Lets a turn begin with what is known: carries the map to the blocks downstream, where <see cref="PiiRedactor"/> finds it.</summary>
    /// <param name="context">The turn, in a block or tap upstream of the redactor.</param>
    public void Carry(BlockContext context)
    {
        context.Carry(Key, this);
        context.Carry(RedactionMap.Key, Map);
    }

    /// <summary>
    /// Keeps what a turn's redactor found, in the memory that the turn carries. Call it in a <c>Tap</c> downstream of the redactor: a tap
    /// sees certain values only, so that nothing is learned from a guess that was wrong.
    /// </summary>
    /// <param name="context">The turn.</param>
    /// <exception cref="InvalidOperationException">The turn carries no memory; call <see cref="Carry"/> upstream.</exception>
    public static void Learn(BlockContext context)
    {
        RedactionMemory memory = context.Get(Key) ?? throw new InvalidOperationException(
            $"Block '{context.Block}': this turn carries no redaction memory. Call {nameof(RedactionMemory)}.{nameof(Carry)} in a block upstream, with the memory of the turn's own caller.");
        memory.Keep(context.Get(RedactionMap.Key) ?? RedactionMap.Empty);
    }

    /// <summary>Gives the number of values.</summary>
    /// <returns>For example <c>3 redacted values</c>.</returns>
    public override string ToString() => Map.ToString();

    /// <summary>Adds what another turn found. Where two turns of the caller ran at once, the later one's new values get new placeholders.</summary>
    internal void Keep(RedactionMap learned)
    {
        while (true)
        {
            RedactionMap current = Map;
            RedactionMap joined = learned.Extends(current) ? learned : current.With(learned);
            if (ReferenceEquals(Interlocked.CompareExchange(ref _map, joined, current), current))
            {
                return;
            }
        }
    }
}
