using AgentChain.Devices;
using AgentChain.Engine.Links;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;
using AgentChain.Forecasts;

namespace AgentChain.Engine.Nodes;

/// <summary>Runs a block that returns one value, and watches the run.</summary>
sealed class AsyncNode<TIn, TOut>(
    BlockNode node, IBlock<TIn, TOut> block, FallbackValue<TOut>? fallbackValue, Target<TIn>? fallback, Target<TOut> next)
    : Target<TIn>, IKeepsPlace, IDegrades<TIn>
{
    public Action? LeavePlace { get; set; }

    public BlockNode Node => node;

    public FallbackValue<TOut>? FallbackValue => fallbackValue;

    /// <summary>
    /// Whether a run releases its place before it hands its value on. If no value waits for room downstream, a caller that has the turn's
    /// result then finds the place free.
    /// </summary>
    public bool LeavesFirst { get; } = !next.MayWait;

    /// <summary>The continuations of ended runs, kept for reuse.</summary>
    public Pool<Resumption<TIn, TOut>> Resumptions { get; } = new();

    public override ValueTask SendAsync(in Envelope<TIn> envelope)
    {
        if (envelope.IsOver)
        {
            LeavePlace?.Invoke();
            return default;
        }

        TurnPrediction prediction = default;
        Fate fate = node.Forecast is null ? Fate.Runs : FateOf(envelope, mayReject: true, wait: 0, out prediction);
        if (fate == Fate.IsRejected)
        {
            LeavePlace?.Invoke();
            Foresight.GiveUp(envelope.Turn, node, prediction);
            return default;
        }

        if (fate == Fate.Runs && WaitsTooLongForDevice(envelope))
        {
            fate = Fate.IsDegraded;
        }

        var run = new AsyncRun<TIn, TOut>(this, envelope);
        if (!run.TryBegin())
        {
            LeavePlace?.Invoke();
            return default;
        }

        if (fate == Fate.IsDegraded)
        {
            return run.RunInstead();
        }

        if (node.Settings.Device is not { } device)
        {
            return run.Start();
        }

        Task started = StartOnDeviceAsync(run, device, envelope);
        return LeavePlace is null ? new ValueTask(started) : default;
    }

    /// <summary>Calls the block; an exception that it throws synchronously is returned like an asynchronous one.</summary>
    public ValueTask<TOut> Invoke(TIn value, BlockContext context, CancellationToken token)
    {
        try
        {
            return block.InvokeAsync(value, context, token);
        }
        catch (Exception error)
        {
            return ValueTask.FromException<TOut>(error);
        }
    }

    public ValueTask HandOn(AsyncRun<TIn, TOut> run, Frame? frame, TOut value) =>
        next.SendAsync(new Envelope<TOut>(run.Turn, value, run, frame, run.EndedAt));

    public ValueTask RunFallback(AsyncRun<TIn, TOut> run, Frame? frame, TIn input) =>
        fallback!.SendAsync(new Envelope<TIn>(run.Turn, input, run, frame, run.EndedAt));

    /// <inheritdoc/>
    public bool TryDegrade(in Envelope<TIn> envelope, out ValueTask sent)
    {
        sent = default;
        if (envelope.IsOver || node.Forecast is not { HasInstead: true } forecast
            || FateOf(envelope, mayReject: false, ForecastPlan.WaitOf(forecast), out _) != Fate.IsDegraded)
        {
            return false;
        }

        var run = new AsyncRun<TIn, TOut>(this, envelope, holdsPlace: false);
        sent = run.TryBegin() ? run.RunInstead() : default;
        return true;
    }

    Fate FateOf(in Envelope<TIn> envelope, bool mayReject, double wait, out TurnPrediction prediction)
    {
        prediction = default;
        return envelope.IsUncommitted ? Fate.Runs : Foresight.Decide(
            envelope.Turn, node, node.Forecast!.Own(envelope.Turn.Forecast, envelope.Value).After(wait), mayReject, out prediction);
    }

    /// <summary>Whether the fallback is to run at once, because the wait for the device would make the turn late.</summary>
    bool WaitsTooLongForDevice(in Envelope<TIn> envelope) =>
        node.Settings.Device is not null && node.Forecast is { HasInstead: true } forecast && forecast.DeviceWait() is var wait and > 0
            && FateOf(envelope, mayReject: false, wait, out _) == Fate.IsDegraded;

    async Task StartOnDeviceAsync(AsyncRun<TIn, TOut> run, DeviceRequest device, Envelope<TIn> envelope)
    {
        if (!await DeviceWait.AcquireAsync(run, device, envelope.Value))
        {
            LeavePlace?.Invoke();
            return;
        }

        // The wait for the device can have taken what was left.
        TurnPrediction prediction = default;
        switch (node.Forecast is null ? Fate.Runs : FateOf(envelope, mayReject: true, wait: 0, out prediction))
        {
            case Fate.IsRejected:
                run.Abandon();
                node.Release(run.Lease);
                LeavePlace?.Invoke();
                Foresight.GiveUp(run.Turn, node, prediction);
                return;
            case Fate.IsDegraded:
                await run.RunInstead();
                return;
            default:
                await run.Start();
                return;
        }
    }
}
