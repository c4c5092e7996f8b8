using AgentChain.Budgets;
using AgentChain.Turns;
using Microsoft.Extensions.Logging;

namespace AgentChain.Diagnostics;

/// <summary>
/// Everything a chain logs, in one place. Names and numbers only; what a block threw may hold what a user said, so it
/// is logged with its text only where the host turned that on.
/// </summary>
sealed partial class ChainLog(ILogger logger, bool includeSensitiveData)
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Chain}: block {Block} of turn {Turn} ran out of its budget of {Budget} ms ({Limit}).")]
    public partial void BlockOverran(string chain, string block, long turn, BudgetLimit limit, double budget);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "{Chain}: block {Block} of turn {Turn} did not obey its token and was detached; its lane {Lane} is stuck until it returns.")]
    partial void BlockDetachedOnLane(string chain, string block, long turn, string lane);

    [LoggerMessage(EventId = 11, Level = LogLevel.Error, Message = "{Chain}: block {Block} of turn {Turn} did not obey its token and was detached; it still runs until it returns.")]
    partial void BlockDetachedWithoutLane(string chain, string block, long turn);

    public void BlockDetached(string chain, string block, long turn, string? lane)
    {
        if (lane is null)
        {
            BlockDetachedWithoutLane(chain, block, turn);
        }
        else
        {
            BlockDetachedOnLane(chain, block, turn, lane);
        }
    }

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "{Chain}: a detached run of block {Block} has returned; what it made was dropped.")]
    public partial void DetachedReturned(string chain, string block);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "{Chain}: turn {Turn} ended as {Outcome} (block {Block}) after {Elapsed} ms.")]
    partial void TurnEndedAtBlock(string chain, long turn, TurnOutcome outcome, string block, double elapsed);

    [LoggerMessage(EventId = 12, Level = LogLevel.Information, Message = "{Chain}: turn {Turn} ended as {Outcome} after {Elapsed} ms.")]
    partial void TurnEnded(string chain, long turn, TurnOutcome outcome, double elapsed);

    public void TurnNotCompleted(string chain, long turn, TurnOutcome outcome, string? block, double elapsed)
    {
        if (block is null)
        {
            TurnEnded(chain, turn, outcome, elapsed);
        }
        else
        {
            TurnEndedAtBlock(chain, turn, outcome, block, elapsed);
        }
    }

    [LoggerMessage(EventId = 7, Level = LogLevel.Information, Message = "{Chain}: warmed up {Blocks} blocks in {Elapsed} ms.")]
    public partial void WarmedUp(string chain, int blocks, double elapsed);

    [LoggerMessage(EventId = 8, Level = LogLevel.Information, Message = "{Chain}: drained; {Detached} detached blocks left.")]
    public partial void Drained(string chain, int detached);

    [LoggerMessage(EventId = 9, Level = LogLevel.Warning, Message = "{Chain}: the speculation controller failed with {ErrorType} on block {Block}; nothing was started.")]
    public partial void ControllerFailed(string chain, string block, string? errorType);

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "{Chain}: comparing commit keys or carried values at block {Block} failed with {ErrorType}; they count as different.")]
    public partial void ComparisonFailed(string chain, string block, string? errorType);

    [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "{Chain}: the Dataflow block of {Block} returned an output that no turn waits for, or whose key could not be read ({ErrorType}); it was dropped.")]
    public partial void ForeignOutputDropped(string chain, string block, string? errorType);

    [LoggerMessage(EventId = 31, Level = LogLevel.Warning, Message = "{Chain}: the Dataflow block of {Block} had not completed {Grace} ms after its output, though it was told to; the output went on. Link the parts of a network with PropagateCompletion.")]
    public partial void ForeignBlockNotCompleted(string chain, string block, double grace);

    [LoggerMessage(EventId = 20, Level = LogLevel.Warning, Message = "{Chain}: a telemetry listener threw {ErrorType} ({Call}); the turns are not affected, and this is not reported again.")]
    public partial void TelemetryFailed(string chain, TelemetryCall call, string? errorType);

    [LoggerMessage(EventId = 21, Level = LogLevel.Error, Message = "{Chain}: the device scheduler threw {ErrorType} when block {Block} released its lease on {Device}; the turn is not affected, but the device may have less room from now on.")]
    public partial void ReleaseFailed(string chain, string block, string device, string? errorType);

    [LoggerMessage(EventId = 22, Level = LogLevel.Warning, Message = "{Chain}: the device scheduler threw {ErrorType} when asked how busy the devices of block {Block} are; they count as idle.")]
    public partial void LoadFailed(string chain, string block, string? errorType);

    [LoggerMessage(EventId = 23, Level = LogLevel.Error, Message = "{Chain}: the chain's task scheduler refused a task with {ErrorType}.")]
    public partial void SchedulerRefused(string chain, string? errorType);

    public void BlockFailed(string chain, string block, long turn, Exception error)
    {
        if (includeSensitiveData)
        {
            BlockFailedInFull(chain, block, turn, error);
        }
        else
        {
            BlockFailedByType(chain, block, turn, error.GetType().FullName);
        }
    }

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "{Chain}: block {Block} of turn {Turn} failed with {ErrorType}.")]
    partial void BlockFailedByType(string chain, string block, long turn, string? errorType);

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "{Chain}: block {Block} of turn {Turn} failed.")]
    partial void BlockFailedInFull(string chain, string block, long turn, Exception error);
}
