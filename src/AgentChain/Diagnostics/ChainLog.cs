using Microsoft.Extensions.Logging;

namespace AgentChain.Diagnostics;

/// <summary>
/// All log messages of a chain. They contain names and numbers only. A block's exception can contain user content, so its text is
/// logged only if the host turned that on.
/// </summary>
sealed partial class ChainLog(ILogger logger, bool includeSensitiveData)
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Chain}: block {Block} of turn {Turn} ran out of its budget of {Budget:0.###} ms ({Limit}).")]
    public partial void BlockOverran(string chain, string block, long turn, BudgetLimit limit, double budget);

    [LoggerMessage(EventId = 36, Level = LogLevel.Warning, Message = "{Chain}: block {Block} of turn {Turn} exceeded a limit of its own: {Error}.")]
    public partial void BlockOverranItself(string chain, string block, long turn, string? error);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "{Chain}: block {Block} of turn {Turn} did not observe its cancellation token and was detached; lane {Lane} is stuck until the block returns.")]
    partial void BlockDetachedOnLane(string chain, string block, long turn, string lane);

    [LoggerMessage(EventId = 11, Level = LogLevel.Error, Message = "{Chain}: block {Block} of turn {Turn} did not observe its cancellation token and was detached; it keeps running until it returns.")]
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

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "{Chain}: a detached run of block {Block} has returned; its result was dropped.")]
    public partial void DetachedReturned(string chain, string block);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "{Chain}: turn {Turn} ended as {Outcome} (block {Block}) after {Elapsed:0.###} ms.")]
    partial void TurnEndedAtBlock(string chain, long turn, TurnOutcome outcome, string block, double elapsed);

    [LoggerMessage(EventId = 12, Level = LogLevel.Information, Message = "{Chain}: turn {Turn} ended as {Outcome} after {Elapsed:0.###} ms.")]
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

    [LoggerMessage(EventId = 7, Level = LogLevel.Information, Message = "{Chain}: warmed up the blocks that support it ({Blocks}) in {Elapsed:0.###} ms.")]
    public partial void WarmedUp(string chain, int blocks, double elapsed);

    [LoggerMessage(EventId = 46, Level = LogLevel.Warning, Message = "{Chain}: block {Block} could not be kept warm on device {Device}, because of {ErrorType}; it is tried again after the period.")]
    partial void KeepWarmFailedOnDevice(string chain, string block, string device, string? errorType);

    [LoggerMessage(EventId = 49, Level = LogLevel.Warning, Message = "{Chain}: block {Block} could not be kept warm, because of {ErrorType}; it is tried again after the period.")]
    partial void KeepWarmFailedWithoutDevice(string chain, string block, string? errorType);

    [LoggerMessage(EventId = 50, Level = LogLevel.Warning, Message = "{Chain}: the clock of the chain threw {ErrorType} when the time to keep blocks warm next was set; the time that was set before holds.")]
    public partial void KeepWarmNotSet(string chain, string? errorType);

    public void KeepWarmFailed(string chain, string block, string device, string? errorType)
    {
        if (device.Length == 0)
        {
            KeepWarmFailedWithoutDevice(chain, block, errorType);
        }
        else
        {
            KeepWarmFailedOnDevice(chain, block, device, errorType);
        }
    }

    [LoggerMessage(EventId = 47, Level = LogLevel.Warning, Message = "{Chain}: the device scheduler threw {ErrorType} when the chain began or stopped to listen for devices that go and come; readiness may not tell that a device was lost.")]
    public partial void PresenceFailed(string chain, string? errorType);

    [LoggerMessage(EventId = 48, Level = LogLevel.Warning, Message = "{Chain}: the plan of its devices could not be updated, because of {ErrorType}; the last plan stays in force until the next update.")]
    public partial void KeeperFailed(string chain, string? errorType);

    [LoggerMessage(EventId = 32, Level = LogLevel.Information, Message = "{Chain}: ran the inputs of its warm-up ({Inputs}) in {Elapsed:0.###} ms.")]
    public partial void Rehearsed(string chain, int inputs, double elapsed);

    [LoggerMessage(EventId = 8, Level = LogLevel.Information, Message = "{Chain}: drained; {Detached} detached blocks still run.")]
    public partial void Drained(string chain, int detached);

    [LoggerMessage(EventId = 9, Level = LogLevel.Warning, Message = "{Chain}: the speculation controller threw {ErrorType} for block {Block}; no speculative run was started.")]
    public partial void ControllerFailed(string chain, string block, string? errorType);

    [LoggerMessage(EventId = 10, Level = LogLevel.Warning, Message = "{Chain}: comparing commit keys or carried values at block {Block} threw {ErrorType}; they count as different.")]
    public partial void ComparisonFailed(string chain, string block, string? errorType);

    [LoggerMessage(EventId = 13, Level = LogLevel.Warning, Message = "{Chain}: source {Source} of the guesses of block {Block} {Failure}; turns go on without its guesses, and its further failures are not logged.")]
    public partial void GuessFailed(string chain, string block, int source, string failure);

    [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "{Chain}: the Dataflow block of {Block} produced an output that no turn waits for, or whose key could not be read ({ErrorType}); it was dropped.")]
    public partial void ForeignOutputDropped(string chain, string block, string? errorType);

    [LoggerMessage(EventId = 31, Level = LogLevel.Warning, Message = "{Chain}: the Dataflow block of {Block} was asked to complete, but had not completed {Grace:0.###} ms after its output; the output was passed on. Link the parts of a network with PropagateCompletion.")]
    public partial void ForeignBlockNotCompleted(string chain, string block, double grace);

    [LoggerMessage(EventId = 20, Level = LogLevel.Warning, Message = "{Chain}: a telemetry listener threw {ErrorType} ({Call}); turns are not affected, and further failures of this kind are not reported.")]
    public partial void TelemetryFailed(string chain, TelemetryCall call, string? errorType);

    [LoggerMessage(EventId = 21, Level = LogLevel.Error, Message = "{Chain}: the device scheduler threw {ErrorType} when block {Block} released its lease on {Device}; the turn is not affected, but the device may have fewer leases from now on.")]
    public partial void ReleaseFailed(string chain, string block, string device, string? errorType);

    [LoggerMessage(EventId = 44, Level = LogLevel.Warning, Message = "{Chain}: it is not known where the state of block {Block} lies, because the function threw {ErrorType}; the run goes to any device, and further failures of this function are not logged.")]
    public partial void AffinityFailed(string chain, string block, string? errorType);

    [LoggerMessage(EventId = 45, Level = LogLevel.Error, Message = "{Chain}: the device scheduler threw {ErrorType} when block {Block} reported that its device was lost.")]
    public partial void ReportLostFailed(string chain, string block, string? errorType);

    [LoggerMessage(EventId = 22, Level = LogLevel.Warning, Message = "{Chain}: the device scheduler threw {ErrorType} when asked for the load of the devices of block {Block}; they count as idle.")]
    public partial void LoadFailed(string chain, string block, string? errorType);

    [LoggerMessage(EventId = 23, Level = LogLevel.Error, Message = "{Chain}: the chain's task scheduler refused a task with {ErrorType}.")]
    public partial void SchedulerRefused(string chain, string? errorType);

    [LoggerMessage(EventId = 34, Level = LogLevel.Warning, Message = "{Chain}: the features of the cost of block {Block} could not be read, because the function {Failure}; the run is not learned from, and further failures of this function are not logged.")]
    public partial void FeaturesFailed(string chain, string block, string failure);

    [LoggerMessage(EventId = 38, Level = LogLevel.Warning, Message = "{Chain}: a turn's features for block {Block} could not be read, because the function {Failure}; the block is predicted as it usually runs, and further failures of this function are not logged.")]
    public partial void TurnFeaturesFailed(string chain, string block, string failure);

    [LoggerMessage(EventId = 39, Level = LogLevel.Warning, Message = "{Chain}: it is not known how long items of block {Block} play, because the function {Failure}; they count as ones that play for no time, and further failures of this function are not logged.")]
    public partial void PlaybackFailed(string chain, string block, string failure);

    [LoggerMessage(EventId = 35, Level = LogLevel.Warning, Message = "{Chain}: a handler of the budget events threw {ErrorType} for turn {Turn}; the turn is not affected.")]
    public partial void HandlerFailed(string chain, long turn, string? errorType);

    // A fault of the engine's own code, whose exception contains no user content, so it is logged in full.
    [LoggerMessage(EventId = 33, Level = LogLevel.Critical, Message = "{Chain}: the {Part} of turn {Turn} could not be ended because of a defect in AgentChain; the turn has its outcome, but its report may be incomplete. Please report it.")]
    public partial void EndFaulted(string chain, long turn, string part, Exception fault);

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
