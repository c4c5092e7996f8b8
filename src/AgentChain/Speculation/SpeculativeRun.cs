namespace AgentChain.Speculation;

/// <summary>
/// Represents a speculation: the work of one block on one hypothesis, with the states of <see cref="SpeculationState"/>. Speculations nest:
/// a speculation on the output of another is its child, and is committed only when all its ancestors are. Terminating a speculation also
/// terminates its children, unless they were adopted before.
/// </summary>
/// <remarks>
/// Pure and without locks: the caller must hold one lock for the whole tree. An event that is not allowed in the current state is refused:
/// the method returns <see langword="false"/> and nothing changes. Derive from this class to act on a change of state.
/// </remarks>
class SpeculativeRun
{
    SpeculativeRun? _firstChild;
    SpeculativeRun? _nextSibling;

    /// <summary>Initializes a speculation on a hypothesis.</summary>
    /// <param name="parent">
    /// The speculation whose output is the hypothesis, or <see langword="null"/> if the hypothesis does not depend on another speculation.
    /// If the parent is already terminated, the new speculation is terminated from the start.
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

    /// <summary>Gets the state of the speculation.</summary>
    public SpeculationState State { get; private set; }

    /// <summary>Gets the parent: the speculation whose output this one works on.</summary>
    /// <value><see langword="null"/> if it depends on no other speculation or was terminated.</value>
    public SpeculativeRun? Parent { get; private set; }

    /// <summary>
    /// Gets a value that indicates whether the speculation's own hypothesis came true. It is then committed as soon as all its ancestors
    /// are.
    /// </summary>
    public bool IsConfirmed { get; private set; }

    /// <summary>Gets a value that indicates whether the speculation is committed or terminated. These states never change.</summary>
    public bool IsFinal => State is SpeculationState.Committed or SpeculationState.Terminated;

    /// <summary>Records that the block starts to work.</summary>
    /// <returns><see langword="true"/> if the speculation was proposed and is now running; otherwise, <see langword="false"/>.</returns>
    public bool Start() => Move(SpeculationState.Proposed, SpeculationState.Running);

    /// <summary>Records that the block has finished and its output is held.</summary>
    /// <returns>
    /// <see langword="true"/> if the speculation was running and is now held; otherwise, <see langword="false"/>. A speculation that was
    /// committed while it ran stays committed.
    /// </returns>
    public bool Hold() => Move(SpeculationState.Running, SpeculationState.Held);

    /// <summary>
    /// Records that the speculation's own hypothesis came true: the value has an equal commit key. Commits the speculation and its
    /// confirmed descendants if all its ancestors are committed; otherwise, they are committed once the ancestors are.
    /// </summary>
    /// <returns>
    /// <see langword="true"/> if the confirmation was accepted; otherwise, <see langword="false"/>. Only a running or held speculation can
    /// be confirmed, and only once.
    /// </returns>
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
    /// Discards the work because the hypothesis was contradicted or withdrawn, the work failed, or the turn has ended. Terminates all
    /// descendants that are not committed.
    /// </summary>
    /// <returns>
    /// <see langword="true"/> if the state changed; <see langword="false"/> if the speculation was already committed or terminated.
    /// </returns>
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
    /// Moves the speculation below another one whose output is equal to its input. The speculation keeps its work and is committed with its
    /// new ancestors.
    /// </summary>
    /// <param name="parent">The new parent, or <see langword="null"/> if the input no longer depends on a speculation.</param>
    /// <returns>
    /// <see langword="true"/> if the move was accepted; <see langword="false"/> if either speculation is terminated, this one is committed,
    /// or the parent is below it.
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
    /// Moves the children that are not final to another speculation, which replaces this one. Whether their work is kept is decided when
    /// the successor's output is available.
    /// </summary>
    /// <param name="successor">
    /// The successor, which must be neither terminated nor below this speculation, or <see langword="null"/> for none.
    /// </param>
    /// <param name="keep">A predicate that selects the children to move, or <see langword="null"/> to move all.</param>
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
    /// Called after the state has changed, within the caller's lock, for parents before children. Must not throw or change the tree.
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
