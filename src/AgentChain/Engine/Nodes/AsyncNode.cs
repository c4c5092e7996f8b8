using AgentChain.Blocks;
using AgentChain.Devices;
using AgentChain.Engine.Links;
using AgentChain.Engine.Primitives;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;
using AgentChain.Turns;

namespace AgentChain.Engine.Nodes;

/// <summary>A block that creates one value, run under watch.</summary>
sealed class AsyncNode<TIn, TOut>(
    BlockNode node, IBlock<TIn, TOut> block, FallbackValue<TOut>? fallbackValue, Target<TIn>? fallback, Target<TOut> next)
    : Target<TIn>, IKeepsPlace
{
    public Action? LeavePlace { get; set; }

    public BlockNode Node => node;

    public FallbackValue<TOut>? FallbackValue => fallbackValue;

    /// <summary>
    /// Whether a run gives its place back before it hands its value on: where no value waits for room downstream, a caller that has the
    /// turn's result finds the place free.
    /// </summary>
    public bool LeavesFirst { get; } = !next.MayWait;

    /// <summary>The continuations of runs that have ended, kept for the next ones.</summary>
    public Pool<Resumption<TIn, TOut>> Resumptions { get; } = new();

    public override ValueTask SendAsync(in Envelope<TIn> envelope)
    {
        if (envelope.IsOver)
        {
            LeavePlace?.Invoke();
            return default;
        }

        var run = new AsyncRun<TIn, TOut>(this, envelope);
        if (!run.TryBegin())
        {
            LeavePlace?.Invoke();
            return default;
        }

        if (node.Settings.Device is not { } device)
        {
            return run.Start();
        }

        Task started = StartOnDeviceAsync(run, device);
        return LeavePlace is null ? new ValueTask(started) : default;
    }

    /// <summary>Calls the block; what it throws in place comes back like what it throws later.</summary>
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

    async Task StartOnDeviceAsync(AsyncRun<TIn, TOut> run, DeviceRequest device)
    {
        if (await DeviceWait.AcquireAsync(run, device))
        {
            await run.Start();
        }
        else
        {
            LeavePlace?.Invoke();
        }
    }
}
