using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace AgentChain.Extensions.AI;

/// <summary>
/// Runs several chat clients as one block: the next one is asked if a client gives no output in time, or fails before its first output.
/// Stateless; as thread-safe as its clients. Made by <see cref="ChatExtensions.FallbackTo"/>.
/// </summary>
/// <remarks>
/// <para>
/// The first output is the first update with any content other than empty text and usage. The updates before it are held, and dropped with
/// a client that is left. A client that is left has its token canceled; the turn does not wait for it to end. After the first output, the
/// answer is that client's: an error then fails the turn as that of a <see cref="ChatClientBlock"/> does.
/// </para>
/// <para>
/// The first update of an answer names its client in <see cref="ClientProperty"/>, and the client's model, if it names none itself. The
/// last client has no bound of its own: the block's budget ends it. If it fails too, the turn fails with a
/// <see cref="ChatClientException"/> that contains the failure of each client.
/// </para>
/// <para>
/// A client that repeats refused requests by itself, such as one with a retry policy, does so within its bound. Turn that off for all but
/// the last client: the next server answers sooner.
/// </para>
/// </remarks>
public sealed class ChatFallbackBlock : IStreamBlock<IReadOnlyList<ChatMessage>, ChatResponseUpdate>
{
    /// <summary>
    /// The key of <see cref="ChatResponseUpdate.AdditionalProperties"/> under which the first update of an answer has the name of its
    /// client.
    /// </summary>
    public const string ClientProperty = "agentchain.client";

    static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    readonly ImmutableArray<ChatClientBlock> _clients;

    /// <summary>The bound of each client but the last.</summary>
    readonly ImmutableArray<TimeSpan> _bounds;

    readonly ChatFallbackLog _log;

    internal ChatFallbackBlock(ChatClientBlock first, ILogger? logger)
        : this([first], [], new ChatFallbackLog(logger))
    {
    }

    ChatFallbackBlock(ImmutableArray<ChatClientBlock> clients, ImmutableArray<TimeSpan> bounds, ChatFallbackLog log) =>
        (_clients, _bounds, _log) = (clients, bounds, log);

    /// <summary>Makes a block with one more client, which is asked after all others.</summary>
    /// <param name="next">The client. The caller disposes it after the chain.</param>
    /// <param name="firstOutput">
    /// The time within which the client before it must give its first output, by the chain's clock; more than zero, at most a day.
    /// <see cref="Timeout.InfiniteTimeSpan"/> to fall back only if that client fails.
    /// </param>
    /// <param name="options">The options of every request to the client, which are copied.</param>
    /// <returns>The block.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="next"/> is <see langword="null"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="firstOutput"/> is not positive, or more than a day.</exception>
    public ChatFallbackBlock FallbackTo(IChatClient next, TimeSpan firstOutput, ChatOptions? options = null)
    {
        CheckBound(firstOutput);
        return new(_clients.Add(next.AsBlock(options)), _bounds.Add(firstOutput), _log);
    }

    /// <inheritdoc/>
    /// <exception cref="ChatClientException">No client answered, or the one that answered failed. Thrown by the enumeration.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> InvokeAsync(
        IReadOnlyList<ChatMessage> input, BlockContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        //        ┌── late, or failed: (2) ──┐
        //        v                          │
        //   (1) ask the next client ────────┴── first output: (3) hand on what it says
        List<ChatClientException> failures = [];
        foreach (ChatClientBlock client in _clients)
        {
            // A client that ignores its token may have outlasted the turn.
            cancellationToken.ThrowIfCancellationRequested();
            bool isLast = failures.Count == _bounds.Length;
            TimeSpan bound = isLast ? Timeout.InfiniteTimeSpan : _bounds[failures.Count];

            // (1)
            await using var attempt = new ChatAttempt(client, input, context, bound, isLast, cancellationToken);
            if (await attempt.BeginAsync() is { } failure)
            {
                // (2)
                failures.Add(failure);
                _log.Left(context.BlockName, failure);
                continue;
            }

            // (3)
            _log.Answered(context.BlockName, client, failures.Count);
            for (int i = 0; i < attempt.Held.Count; i++)
            {
                yield return i == 0 ? Named(attempt.Held[i], client) : attempt.Held[i];
            }

            while (await attempt.MoveNextAsync())
            {
                yield return attempt.Current;
            }

            yield break;
        }

        throw NoneAnswered(failures);
    }

    /// <summary>Returns the names of the clients in the order in which they are asked.</summary>
    /// <returns>The names.</returns>
    public override string ToString() => string.Join(", then ", _clients);

    /// <summary>A copy, because the update belongs to the client, which may give it to others too.</summary>
    /// <summary>Returns this block with another client in the first place.</summary>
    internal ChatFallbackBlock On(IChatClient first) => new(_clients.SetItem(0, _clients[0].On(first)), _bounds, _log);

    internal static void CheckBound(TimeSpan firstOutput)
    {
        if ((firstOutput <= TimeSpan.Zero || firstOutput > Longest) && firstOutput != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                nameof(firstOutput),
                firstOutput,
                "The bound must be more than zero and at most a day, or Timeout.InfiniteTimeSpan to fall back only if the client fails.");
        }
    }

    static ChatResponseUpdate Named(ChatResponseUpdate update, ChatClientBlock client)
    {
        ChatResponseUpdate named = update.Clone();
        named.ModelId ??= client.Model;
        named.AdditionalProperties = named.AdditionalProperties is { } others ? new(others) : [];
        named.AdditionalProperties[ClientProperty] = client.ToString();
        return named;
    }

    static ChatClientException NoneAnswered(List<ChatClientException> failures) => new(
        failures[^1].Client,
        $"None of the {failures.Count} chat clients answered: {string.Join("; ", failures.Select(failure => failure.Client))}. The inner "
        + "exceptions tell why each did not. Allow them more time, or add another client with FallbackTo().",
        new AggregateException(failures));
}
