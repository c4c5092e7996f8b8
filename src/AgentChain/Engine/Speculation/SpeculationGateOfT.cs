using AgentChain.Engine.Links;
using AgentChain.Engine.Turns;
using AgentChain.Speculation;

namespace AgentChain.Engine.Speculation;

/// <summary>
/// The common part of all gates: runs, identified by the commit key of their input; decisions of the controller; and learning from both.
/// <see cref="EntryGate{TIn}"/> takes values, <see cref="ItemGate{TIn, TOut}"/> the items of streams.
/// </summary>
abstract class SpeculationGate<TIn> : SpeculationGate
{
    readonly Func<TIn, object?>? _key;

    protected SpeculationGate(LinkContext scope, BlockNode node, object block, Func<TIn, object?>? key, Func<object?, object?, bool> equal)
        : base(scope, node, block)
    {
        _key = key;
        KeysEqual = (a, b) =>
        {
            try
            {
                return equal(a, b);
            }
            catch (Exception error)
            {
                // Called in the middle of a decision, which must not fail. "Not equal" is always safe.
                Runtime.Log.ComparisonFailed(Runtime.Name, node.Name, error.GetType().FullName);
                return false;
            }
        };
    }

    public Func<object?, object?, bool> KeysEqual { get; }

    protected bool TryKey(TIn value, TraceStep? cause, TurnCore turn, out object? key)
    {
        try
        {
            key = _key is null ? value : _key(value);
            return true;
        }
        catch (Exception error)
        {
            key = null;
            if (cause is not null)
            {
                cause.Fail(Node, error);
            }
            else
            {
                turn.Fail(Node, error);
            }

            return false;
        }
    }

    /// <summary>Creates an attempt for the gate to keep.</summary>
    protected abstract Attempt<TIn> Make(TurnSpeculation speculation, GateContext context, object? key, bool isCertain);

    protected bool IsSame(Attempt<TIn> run, object? key, GateContext context) =>
        run.Stands && KeysEqual(run.Key, key) && run.ReadsAlike(context);

    /// <summary>Records which gate leads here, to estimate the time downstream of a gate.</summary>
    protected void LearnNext(TraceStep? cause)
    {
        if (SpeculativeStep.LatestAttempt(cause) is { Gate: var upstream } && !ReferenceEquals(upstream.Next, this)
            && !ReferenceEquals(upstream, this))
        {
            upstream.Next = this;
        }
    }

    /// <summary>Learns whether work that depended on an upstream run is reused on the output of that run's replacement.</summary>
    protected void LearnSalvage(List<Attempt<TIn>> runs, TraceStep? cause, object? key)
    {
        Attempt? upstream = runs.Count > 0 ? SpeculativeStep.LatestAttempt(cause) : null;
        foreach (Attempt<TIn> run in runs)
        {
            run.LearnSalvage(upstream, KeysEqual(run.Key, key));
        }
    }

    /// <summary>Resolves the decisions about a value, or about one item of a stream.</summary>
    protected void ResolveAll(TurnSpeculation speculation, GateState<TIn> state, object? key, Attempt<TIn>? match, int index = 0)
    {
        long now = Runtime.Now;
        foreach (Proposal<TIn> proposal in state.Proposals)
        {
            if (proposal.Index != index)
            {
                continue;
            }

            Attempt<TIn>? run = proposal.Run;
            bool stood = run is not null && ReferenceEquals(run, match);
            Resolve(speculation, new SpeculationResolution
            {
                Request = proposal.Request,
                Decision = proposal.Decision,
                CameTrue = KeysEqual(proposal.Key, key),
                Started = run is not null,
                Saved = stood ? Elapsed(0, run!.Worked(now)) : TimeSpan.Zero,
                Wasted = run is not null && !stood ? Elapsed(0, run.Worked(now)) : TimeSpan.Zero,
            });
        }

        state.Proposals.RemoveAll(proposal => proposal.Index == index);
    }

    /// <summary>Terminates orphans after output has gone as far as it can; see <see cref="TurnSpeculation.Sweep"/>.</summary>
    protected static void Sweep(TurnSpeculation speculation)
    {
        using (speculation.Enter())
        {
            speculation.Sweep();
        }
    }

    /// <summary>Does not wait for a send, because producers of hypotheses do not wait for room downstream.</summary>
    protected static void Forget(ValueTask accepted)
    {
        if (!accepted.IsCompletedSuccessfully)
        {
            _ = accepted.AsTask();
        }
    }
}
