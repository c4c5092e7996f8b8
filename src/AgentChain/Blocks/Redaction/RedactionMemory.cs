using System.Diagnostics;

namespace AgentChain.Blocks.Redaction;

/// <summary>
/// Keeps the redaction map of one caller across turns, so that a value has the same placeholder throughout a conversation.
/// Thread-safe.
/// </summary>
/// <remarks>
/// A chain is shared by all its callers, but a memory belongs to one of them. Create it per call or conversation, and pass it to the
/// chain as part of each turn's input. Never capture a memory or a <see cref="RedactionMap"/> in a lambda of a chain: callers would get
/// each other's values. <see cref="Carry"/> puts the memory on the envelope of the turn, and <see cref="Learn"/> finds it there.
/// A memory holds personal data; its text form and its debugger display show counts only.
/// </remarks>
/// <example>
/// <code>
/// sealed record Question(string Text, RedactionMemory Memory);   // the caller's own memory
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
/// <param name="known">The initial map, such as the facts of the caller's account, or <see langword="null"/> for an empty map.</param>
[DebuggerDisplay("{Map.Count} values")]
public sealed class RedactionMemory(RedactionMap? known = null)
{
    static readonly TurnKey<RedactionMemory> Key = new("redaction memory");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    RedactionMap _map = known ?? RedactionMap.Empty;

    /// <summary>Gets the latest map.</summary>
    public RedactionMap Map => Volatile.Read(ref _map);

    /// <summary>Carries the memory and its map to the downstream blocks, where <see cref="PiiRedactor"/> finds the map.</summary>
    /// <param name="context">The context of the turn, in a block or tap upstream of the redactor.</param>
    public void Carry(BlockContext context)
    {
        context.Set(Key, this);
        context.Set(RedactionMap.Key, Map);
    }

    /// <summary>
    /// Adds the redactor's findings to the memory that the turn carries. Call it in a <c>Tap</c> downstream of the redactor: a tap sees
    /// only final values, so that the memory learns nothing from a wrong hypothesis.
    /// </summary>
    /// <param name="context">The context of the turn.</param>
    /// <exception cref="InvalidOperationException">The turn carries no memory; call <see cref="Carry"/> upstream.</exception>
    public static void Learn(BlockContext context)
    {
        RedactionMemory memory = context.Get(Key) ?? throw new InvalidOperationException(
            $"Block '{context.BlockName}': this turn carries no redaction memory. Call {nameof(RedactionMemory)}.{nameof(Carry)} in an upstream block, on the memory of this turn's caller.");
        memory.Keep(context.Get(RedactionMap.Key) ?? RedactionMap.Empty);
    }

    /// <summary>Returns the number of values as text.</summary>
    /// <returns>A text such as <c>3 redacted values</c>.</returns>
    public override string ToString() => Map.ToString();

    /// <summary>
    /// Adds the findings of a turn. If two turns of the caller ran at once, the new values of the later one get new placeholders.
    /// </summary>
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
