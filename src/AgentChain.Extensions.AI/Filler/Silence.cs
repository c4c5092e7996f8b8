using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>
/// The silence of one run: decides when a filler is due. Pure: callers pass in the updates and the time. Not thread-safe.
/// <code>
///   begin ....... due ... text ............ no more
///   begin ... text, call ....... due ... result ... text ... no more
/// </code>
/// </summary>
sealed class Silence(FillerSetup setup)
{
    readonly List<(string Id, string Tool, TimeSpan At)> _open = [];
    TimeSpan _first;
    TimeSpan _beganAt;
    TimeSpan _quietSince;
    bool _answers;
    int _count;

    /// <summary>The run begins, or its input is final.</summary>
    /// <param name="now">The time.</param>
    /// <param name="limit">The time that is left to the first output, or infinite.</param>
    public void Begin(TimeSpan now, TimeSpan limit)
    {
        (_beganAt, _quietSince) = (now, now);
        _first = setup.Fixed ?? (limit == Timeout.InfiniteTimeSpan ? TimeSpan.FromSeconds(2) : limit) * setup.Share;
    }

    /// <summary>Returns the time at which the next filler is due; null if there is none before the next update.</summary>
    public TimeSpan? Due => _answers || _count >= setup.Most ? null
        : _count == 0 ? _quietSince + _first
        : setup.Interval is { } interval ? _quietSince + interval
        : null;

    /// <summary>Notes an update of the agent.</summary>
    public void See(ChatResponseUpdate update, TimeSpan now)
    {
        foreach (AIContent content in update.Contents)
        {
            switch (content)
            {
                case TextContent { Text.Length: > 0 }:
                    // Text beside an open call is not the answer.
                    (_answers, _quietSince) = (_open.Count == 0, now);
                    break;
                case FunctionCallContent call:
                    _open.Add((call.CallId, call.Name, now));
                    _answers = false;
                    break;
                case FunctionResultContent result:
                    _open.RemoveAll(one => one.Id == result.CallId);
                    _answers = false;
                    break;
            }
        }
    }

    /// <summary>A filler is due now: begins to make its phrase, which is null if the host has none. Never fails.</summary>
    /// <remarks>On a task of its own: a callback that blocks holds up no update.</remarks>
    public Task<string?> FillAsync(TimeSpan now)
    {
        FillerMoment moment = _open is [var (_, tool, at), ..] ? new(tool, now - at, _count) : new(null, now - _beganAt, _count);
        _count++;
        _quietSince = now;
        return Task.Factory.StartNew(Phrase, CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current);

        string? Phrase()
        {
            try
            {
                return setup.Phrase(moment);
            }
            catch (Exception)
            {
                // Host code; a turn does not fail for want of a filler.
                return null;
            }
        }
    }
}
