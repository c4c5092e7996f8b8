using AgentChain.Engine.Links;
using AgentChain.Engine.Runs;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// The gate around a block that runs for each item of a stream, with that block's loop. It keeps one run for each item, in order. A stream
/// that begins like the previous one reuses the runs of the equal items; from the first different item on, they are terminated and
/// repeated.
/// </summary>
sealed class ItemGate<TIn, TOut>(
    LinkContext scope, BlockNode node, IStreamBlock<TIn, TOut> block, object given,
    GateSettings<TIn, TOut> settings, FallbackValue<TOut>? fallback, StreamTarget<TOut> next)
    : SpeculationGate<TIn>(scope, node, given, settings.Key, settings.KeysEqual)
{
    /// <summary>Timers refuse times longer than 49 days, but a controller can return any time. After this one it is asked again.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>The target that reads streams.</summary>
    public Target<StreamEdge<TIn>> Reader => new EdgeTarget(this);

    /// <summary>
    /// Counts a stream as being read as soon as it is on its way to the reader, so that the runs that it will adopt are not swept.
    /// </summary>
    public Target<StreamEdge<TIn>> Around(Target<StreamEdge<TIn>> queue) => new EntryTarget(this, queue);

    protected override Attempt<TIn> Make(TurnSpeculation speculation, GateContext context, object? key, bool isCertain) =>
        new StreamAttempt<TIn, TOut>(this, speculation, context, key, isCertain);

    async Task ReadAsync(Envelope<StreamEdge<TIn>> envelope)
    {
        TurnCore turn = envelope.Turn;
        TurnSpeculation speculation = turn.Speculation!;
        StreamEdge<TIn> edge = envelope.Value;
        IWorkScope? scope = envelope.Cause!.Scope;
        GateState<TIn> state;
        using (speculation.Enter())
        {
            LearnNext(envelope.Cause);
            state = speculation.StateOf<GateState<TIn>>(this);
        }

        try
        {
            ItemWriter<TOut> sink = await next.OpenAsync(turn, envelope.Cause, envelope.Frame);
            TraceStep? last = null;
            int index = 0;
            while (await edge.WaitToReadAsync())
            {
                while (!envelope.IsOver && edge.TryRead(out Item<TIn> item))
                {
                    var context = new GateContext(turn, scope, envelope.Frame, item.Cause.AsOf(item.At), Runtime.Now);
                    if (await TakeAsync(speculation, state, context, item, index++) is not { } run)
                    {
                        return;
                    }

                    last = await run.SendAsync(context, scope, last, sink);
                    if (last is null || !await CommitHookInvocation.AfterItemsAsync(run))
                    {
                        return;
                    }

                    using (speculation.Enter())
                    {
                        // A hypothesis that has sent the last item must not forget: the final input may have the same run still to send.
                        if (run.Sent(context) && run.IsCertain)
                        {
                            run.Forget();
                            state.ForgetBefore(index - 1);
                        }
                    }
                }

                if (envelope.IsOver)
                {
                    return;
                }
            }

            if (!envelope.IsOver && edge.Last is { } ended)
            {
                DropFrom(speculation, state, index, scope);
                await sink.EndAsync(edge.Failure, last is not null && last.EndedAt >= ended.EndedAt ? last : ended);
            }
        }
        finally
        {
            // If this ends first, the upstream block need not wait for room.
            edge.Close();
            using (speculation.Enter())
            {
                state.Readers.Remove(envelope.Cause!);
            }

            Sweep(speculation);
        }
    }

    /// <summary>Returns the run for an item, reused or new; null if none may run.</summary>
    async Task<StreamAttempt<TIn, TOut>?> TakeAsync(
        TurnSpeculation speculation, GateState<TIn> state, GateContext context, Item<TIn> item, int index)
    {
        if (!TryKey(item.Value, item.Cause, context.Turn, out object? key))
        {
            return null;
        }

        while (true)
        {
            StreamAttempt<TIn, TOut>? run;
            bool isNew = false;
            TimeSpan wait = default;
            using (speculation.Enter())
            {
                if (context.IsGone || (context.IsUncommitted && (Level != SpeculationLevel.Full || !IsFree(state, index))))
                {
                    return null;
                }

                if (index == 0)
                {
                    LearnSalvage(state.Runs.Count > 1 ? state.Runs[..1] : state.Runs, context.Cause, key);
                }

                int place = index - state.Past;
                run = place < state.Runs.Count ? (StreamAttempt<TIn, TOut>)state.Runs[place] : null;
                if (run is not null && !IsSame(run, key, context))
                {
                    if (context.IsUncommitted && run.Stands && !run.Context.IsGone)
                    {
                        // Another hypothesis that is still alive has this place.
                        return null;
                    }

                    TerminateFrom(state, index);
                    run = null;
                }

                if (!context.IsUncommitted)
                {
                    ResolveAll(speculation, state, key, run, index);
                    run?.Commit(context);
                }
                else
                {
                    run?.Adopt(context);
                }

                if (run is null && (!context.IsUncommitted || MayStart(speculation, state, context, index, key, out wait)))
                {
                    run = (StreamAttempt<TIn, TOut>)Make(speculation, context, key, !context.IsUncommitted);
                    state.Runs.Add(run);
                    isNew = true;
                    if (context.IsUncommitted)
                    {
                        state.Started++;
                        speculation.Started(run);
                        state.Proposals[^1] = state.Proposals[^1] with { Run = run };
                    }
                }
            }

            if (run is not null)
            {
                return await BeginAsync(run, item, isNew) ? run : null;
            }

            if (wait <= TimeSpan.Zero)
            {
                return null;
            }

            try
            {
                await Task.Delay(wait < LongestWait ? wait : LongestWait, Runtime.Time, context.Scope!.InnerToken);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }
    }

    /// <summary>Starts a new run, and notifies the block if the run is committed.</summary>
    async ValueTask<bool> BeginAsync(StreamAttempt<TIn, TOut> run, Item<TIn> item, bool isNew)
    {
        if (isNew)
        {
            _ = RunAsync(run, item);
        }

        if (!run.IsCertain)
        {
            return true;
        }

        run.Log.Commit();
        return await CommitHookInvocation.BeforeItemsAsync(run);
    }

    async Task RunAsync(StreamAttempt<TIn, TOut> attempt, Item<TIn> item)
    {
        TurnCore turn = attempt.Context.Turn;
        TraceStep cause = TraceStep.At(turn, Node, item.Cause.AsOf(item.At), attempt);
        var run = new StreamRun<TIn, TOut>(turn, Node, cause, cause.EndedAt, Runtime.Now, block, fallback);
        if (!await DeviceWait.BeginAsync(run, item.Value))
        {
            return;
        }

        var sink = new ReplayWriter<TIn, TOut>(attempt);
        await sink.EndAsync(run, await run.RunAsync(item.Value, sink));
    }

    /// <summary>Whether a hypothesis can still determine an item: no final item has its index, and all earlier items have runs.</summary>
    static bool IsFree(GateState<TIn> state, int index)
    {
        int place = index - state.Past;
        return place >= 0 && (place < state.Runs.Count ? !state.Runs[place].IsCertain : place == state.Runs.Count);
    }

    bool MayStart(TurnSpeculation speculation, GateState<TIn> state, GateContext context, int index, object? key, out TimeSpan wait)
    {
        state.Saw(key, KeysEqual);
        SpeculationRequest request = Ask(speculation, context.Scope!.RestsOn!, state.Unchanged, state.Started, Runtime.Now);
        SpeculationDecision decision = Decide(speculation, request);
        state.Propose(new Proposal<TIn>(key, request, decision, null) { Index = index });
        wait = decision.Verdict == SpeculationVerdict.Later ? TimeSpan.FromTicks(Math.Max(1, decision.AskAgainIn.Ticks)) : TimeSpan.Zero;
        return decision.Verdict == SpeculationVerdict.Start;
    }

    /// <summary>Terminates the runs beyond the end of a final stream that is shorter than the previous one.</summary>
    static void DropFrom(TurnSpeculation speculation, GateState<TIn> state, int index, IWorkScope? scope)
    {
        if (scope is { IsUncommitted: true })
        {
            return;
        }

        using (speculation.Enter())
        {
            TerminateFrom(state, index);
        }
    }

    static void TerminateFrom(GateState<TIn> state, int index)
    {
        int place = index - state.Past;
        for (int i = state.Runs.Count - 1; i >= place; i--)
        {
            state.Runs[i].HandOverTo(place > 0 ? state.Runs[place - 1] : null);
            state.Runs[i].Terminate();
            state.Runs.RemoveAt(i);
        }
    }

    sealed class EdgeTarget(ItemGate<TIn, TOut> gate) : Target<StreamEdge<TIn>>
    {
        public override ValueTask SendAsync(in Envelope<StreamEdge<TIn>> envelope) => new(gate.ReadAsync(envelope));
    }

    sealed class EntryTarget(ItemGate<TIn, TOut> gate, Target<StreamEdge<TIn>> queue) : Target<StreamEdge<TIn>>
    {
        public override ValueTask SendAsync(in Envelope<StreamEdge<TIn>> envelope)
        {
            TurnSpeculation speculation = envelope.Turn.Speculation!;
            using (speculation.Enter())
            {
                speculation.StateOf<GateState<TIn>>(gate).Readers.Add(envelope.Cause!);
            }

            return queue.SendAsync(envelope);
        }
    }
}
