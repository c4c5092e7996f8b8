namespace AgentChain.Speculation;

/// <summary>
/// A speculation: the work of one block on one hypothesis, with the states of <see cref="SpeculationState"/>. Speculations nest: one that
/// works on the output of another is its child, and is committed only when all its ancestors are. One that is terminated takes its
/// children along, unless they were adopted before.
/// </summary>
/// <remarks>
/// Pure and without locks: the caller holds one lock for the whole tree. An event that is not allowed in the present state is refused: the
/// method returns <see langword="false"/> and nothing changes. Derive from it to act on a change of state.
/// </remarks>
public class SpeculativeRun
{
    SpeculativeRun? _firstChild;
    SpeculativeRun? _nextSibling;

    /// <summary>Proposes work on a hypothesis.</summary>
    /// <param name="parent">
    /// The speculation whose output the hypothesis is; <see langword="null"/> when it rests on no other speculation. Where that is
    /// terminated already, so is this one from the start.
    /// </param>
    public SpeculativeRun(SpeculativeRun? parent = null)
    {
        if (parent is { State: SpeculationState.Terminated })
        {
            State = SpeculationState.Terminated;
            return;
        }

        Join(parent);
    }

    /// <summary>Gets where it stands.</summary>
    public SpeculationState State { get; private set; }

    /// <summary>Gets the speculation whose output it works on.</summary>
    /// <value><see langword="null"/> when it rests on none, and when it was terminated.</value>
    public SpeculativeRun? Parent { get; private set; }

    /// <summary>
    /// Gets whether its own hypothesis came true: it is committed as soon as all its ancestors are.
    /// </summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>Gets whether it is committed or terminated; nothing changes after that.</summary>
    public bool IsFinal => State is SpeculationState.Committed or SpeculationState.Terminated;

    /// <summary>The block begins to work.</summary>
    /// <returns>Whether it may: only what is proposed is started.</returns>
    public bool Start() => Move(SpeculationState.Proposed, SpeculationState.Running);

    /// <summary>The block is done; its output waits.</summary>
    /// <returns>Whether that changed anything: only what runs is held. What was committed while it ran stays committed.</returns>
    public bool Hold() => Move(SpeculationState.Running, SpeculationState.Held);

    /// <summary>
    /// Its own hypothesis came true: the value has an equal commit key. Commits it, and what is confirmed below it, when all its ancestors
    /// are committed; or else once they are.
    /// </summary>
    /// <returns>Whether it was accepted: only what runs or is held can be confirmed, and once.</returns>
    public bool Confirm()
    {
        if (IsConfirmed || State is not (SpeculationState.Running or SpeculationState.Held))
        {
            return false;
        }

        IsConfirmed = true;
        CommitIfDue();
        return true;
    }

    /// <summary>
    /// The work was in vain: contradicted, withdrawn, failed, or the turn is over. Terminates everything below it that is not committed.
    /// </summary>
    /// <returns>Whether that changed anything: what is final stays as it is.</returns>
    public bool Terminate()
    {
        if (IsFinal)
        {
            return false;
        }

        Leave();
        Enter(SpeculationState.Terminated);
        while (_firstChild is { } child)
        {
            child.Terminate();
        }

        return true;
    }

    /// <summary>
    /// Puts it below another speculation, whose output proved equal to the one it works on. It keeps what it did, and is committed with its
    /// new ancestors.
    /// </summary>
    /// <param name="parent">The new parent; <see langword="null"/> when its input rests on no speculation any more.</param>
    /// <returns>
    /// Whether it was accepted: not when either is terminated, this one is committed, or the parent stands below it.
    /// </returns>
    public bool Adopt(SpeculativeRun? parent)
    {
        if (IsFinal || parent is { State: SpeculationState.Terminated } || IsBelow(parent))
        {
            return false;
        }

        Leave();
        Join(parent);
        CommitIfDue();
        return true;
    }

    /// <summary>
    /// Puts what is directly below it and not final below another speculation, which takes its place: whether that work still stands shows
    /// when the other's output is there.
    /// </summary>
    /// <param name="successor">The other; neither terminated nor below this one. <see langword="null"/> for none.</param>
    /// <param name="keep">Which of it; <see langword="null"/> for all.</param>
    public void HandOver(SpeculativeRun? successor, Predicate<SpeculativeRun>? keep = null)
    {
        SpeculativeRun? child = _firstChild;
        while (child is not null)
        {
            SpeculativeRun? next = child._nextSibling;
            if (keep is null || keep(child))
            {
                child.Adopt(successor);
            }

            child = next;
        }
    }

    /// <summary>
    /// Called after the state has changed, within the caller's lock; parents before children. Must neither throw nor touch the tree.
    /// </summary>
    /// <param name="state">The new state.</param>
    protected virtual void OnChanged(SpeculationState state)
    {
    }

    bool Move(SpeculationState from, SpeculationState to)
    {
        if (State != from)
        {
            return false;
        }

        Enter(to);
        return true;
    }

    void Enter(SpeculationState state)
    {
        State = state;
        OnChanged(state);
    }

    void CommitIfDue()
    {
        if (!IsConfirmed || Parent is { State: not SpeculationState.Committed })
        {
            return;
        }

        Enter(SpeculationState.Committed);
        for (SpeculativeRun? child = _firstChild; child is not null; child = child._nextSibling)
        {
            if (!child.IsFinal)
            {
                child.CommitIfDue();
            }
        }
    }

    bool IsBelow(SpeculativeRun? parent)
    {
        for (SpeculativeRun? at = parent; at is not null; at = at.Parent)
        {
            if (at == this)
            {
                return true;
            }
        }

        return false;
    }

    void Join(SpeculativeRun? parent)
    {
        Parent = parent;
        if (parent is not null)
        {
            (_nextSibling, parent._firstChild) = (parent._firstChild, this);
        }
    }

    void Leave()
    {
        if (Parent is not { } parent)
        {
            return;
        }

        if (parent._firstChild == this)
        {
            parent._firstChild = _nextSibling;
        }
        else
        {
            SpeculativeRun before = parent._firstChild!;
            while (before._nextSibling != this)
            {
                before = before._nextSibling!;
            }

            before._nextSibling = _nextSibling;
        }

        (Parent, _nextSibling) = (null, null);
    }
}
