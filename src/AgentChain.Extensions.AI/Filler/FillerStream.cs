using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Puts fillers into the silences of an agent's stream, outside of the agent, so that none can enter its memory.</summary>
static class FillerStream
{
    /// <summary>Reads the updates of a run, with fillers between them.</summary>
    /// <param name="open">Begins the run. Its token is canceled when the reader leaves early.</param>
    /// <param name="setup">When to fill, and with which phrase.</param>
    /// <param name="log">Takes the phrases that are said.</param>
    /// <param name="context">The context of the run.</param>
    /// <param name="cancellationToken">The token of the run.</param>
    public static async IAsyncEnumerable<ChatResponseUpdate> Of(
        Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> open,
        FillerSetup setup,
        FillerLog log,
        BlockContext context,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var silence = new Silence(setup);
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using IAsyncEnumerator<ChatResponseUpdate> updates = open(left.Token).GetAsyncEnumerator(left.Token);
        Task? committed = context.IsSpeculative ? context.CommittedAsync(left.Token).AsTask() : null;
        if (committed is null)
        {
            silence.Begin(Now(), context.Remaining);
        }

        Task<bool>? next = null;
        try
        {
            while (true)
            {
                next = updates.MoveNextAsync().AsTask();

                // 1. On a guess, no one listens yet: the silence begins when the input is final.
                if (committed is not null
                    && (next.IsCompleted || await Task.WhenAny(next, committed) == committed) && committed.IsCompletedSuccessfully)
                {
                    silence.Begin(Now(), context.Remaining);
                    committed = null;
                }

                // 2. Fill the silence until the next update. The update wins if both are there.
                while (committed is null && !next.IsCompleted && silence.Due is { } due && !await IsInTimeAsync(next, due - Now()))
                {
                    Task<string?> made = silence.FillAsync(Now());
                    await Task.WhenAny(next, made);
                    if (!next.IsCompleted && await made is { Length: > 0 } phrase)
                    {
                        log.Add(phrase);
                        yield return Filler(phrase);
                    }
                }

                // 3. Hand the update on.
                if (!await next)
                {
                    yield break;
                }

                silence.See(updates.Current, Now());
                yield return updates.Current;
            }
        }
        finally
        {
            if (next is { IsCompleted: false })
            {
                // The reader left while the agent works. An enumerator must not be disposed while it moves.
                ToolInvoker.Cancel(left);
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }

        TimeSpan Now() => context.Time.GetElapsedTime(0, context.Time.GetTimestamp());

        async Task<bool> IsInTimeAsync(Task update, TimeSpan wait)
        {
            if (wait > TimeSpan.Zero)
            {
                using var ended = new CancellationTokenSource();
                await Task.WhenAny(update, Task.Delay(wait, context.Time, ended.Token));
                ended.Cancel();
            }

            return update.IsCompleted;
        }
    }

    static ChatResponseUpdate Filler(string phrase) => new(ChatRole.Assistant, phrase)
    {
        MessageId = "filler-" + Guid.NewGuid().ToString("N"),
        AdditionalProperties = new() { [FillerExtensions.FillerProperty] = true },
    };
}
