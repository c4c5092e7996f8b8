using AgentChain.Turns;

namespace AgentChain.Flow.Speculative;

/// <summary>The gate around a block that takes a value and makes a stream.</summary>
sealed class StreamGate<TIn, TOut> : EntryGate<TIn>
{
    readonly StreamReceiver<TOut> _next;

    public StreamGate(LinkScope scope, FlowNode node, object block, GateSettings<TIn, TOut> settings, StreamReceiver<TOut> next)
        : base(scope, node, block, settings.Key, settings.KeysEqual)
    {
        _next = next;
        Exit = new ExitReceiver();
    }

    /// <summary>Where the block's stream goes.</summary>
    public StreamReceiver<TOut> Exit { get; }

    protected override Attempt<TIn> Make(Ledger ledger, GateContext context, TIn input, object? key, bool isCertain) =>
        new StreamAttempt<TIn, TOut>(this, ledger, context, input, key, isCertain);

    protected override ValueTask StartAsync(Attempt<TIn> run, in Envelope<TIn> envelope)
    {
        Forget(EmitAsync(run));
        return Enter(Inside(run, envelope));
    }

    protected override ValueTask EmitAsync(Attempt<TIn> run)
    {
        var attempt = (StreamAttempt<TIn, TOut>)run;
        GateContext context;
        lock (attempt.Context.Turn.Ledger!.Gate)
        {
            context = attempt.Context;
            if (attempt.IsCertain)
            {
                attempt.Log.Commit();
            }

            if (attempt.IsTerminated || context.IsGone || !attempt.ClaimSending(context))
            {
                return default;
            }
        }

        return new ValueTask(SendAsync(attempt, context));
    }

    async Task SendAsync(StreamAttempt<TIn, TOut> attempt, GateContext context)
    {
        TurnState turn = context.Turn;
        if (attempt.ClaimTelling() && !await HookCall.CommittedAsync(attempt))
        {
            return;
        }

        var opening = new GateHop(turn, Node, context.Cause, context.At) { Scope = context.Scope, Attempt = attempt, Worked = 0 };
        opening.End(context.At);
        ItemSink<TOut> sink = await _next.OpenAsync(turn, opening, context.Frame);
        Hop? last = await attempt.SendAsync(context, context.Scope, null, sink);
        lock (turn.Ledger!.Gate)
        {
            attempt.Sent(context);
        }

        if (last is not null)
        {
            await sink.CompleteAsync(last);
        }

        Sweep(turn.Ledger!);
    }

    sealed class ExitReceiver : StreamReceiver<TOut>
    {
        public override ValueTask<ItemSink<TOut>> OpenAsync(TurnState turn, Hop cause, Frame? frame) =>
            new(new LogSink<TIn, TOut>((StreamAttempt<TIn, TOut>)cause.Scope!));
    }
}
