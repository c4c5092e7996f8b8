using AgentChain.Speculation;

namespace AgentChain.Tests.Speculation;

public class SpeculativeRunTests
{
    [Fact]
    public void HandOver_NotWorthKeeping_StaysBelowAndEndsWithTheRun()
    {
        var run = new SpeculativeRun();
        var kept = new SpeculativeRun(run);
        var left = new SpeculativeRun(run);
        var successor = new SpeculativeRun();
        run.HandOver(successor, child => ReferenceEquals(child, kept));
        Assert.Same(successor, kept.Parent);
        Assert.Same(run, left.Parent);
        run.Terminate();
        Assert.Equal((SpeculationState.Proposed, SpeculationState.Terminated), (kept.State, left.State));
    }

    [Fact]
    public void Run_StartedHeldConfirmed_IsCommitted()
    {
        var run = new Recorder();
        Assert.Equal(SpeculationState.Proposed, run.State);
        Assert.True(run.Start());
        Assert.True(run.Hold());
        Assert.True(run.Confirm());
        Assert.False(run.Terminate());
        Assert.Equal([SpeculationState.Running, SpeculationState.Held, SpeculationState.Committed], run.Seen);
    }

    [Fact]
    public void Confirm_WhileItsParentIsUncertain_CommitsWithTheParent()
    {
        var parent = new Recorder();
        var child = new Recorder(parent);
        var grandchild = new Recorder(child);
        Recorder[] all = [parent, child, grandchild];
        Assert.All(all, run => Assert.True(run.Start()));
        Assert.True(grandchild.Confirm());
        Assert.True(child.Confirm());
        Assert.Equal(SpeculationState.Running, child.State);
        Assert.True(parent.Confirm());
        Assert.All(all, run => Assert.Equal(SpeculationState.Committed, run.State));
    }

    [Fact]
    public void Terminate_Parent_TakesItsChildrenButNotTheAdopted()
    {
        var parent = new Recorder();
        var child = new Recorder(parent);
        var saved = new Recorder(parent);
        var below = new Recorder(saved);
        var heir = new Recorder();
        Assert.All(new[] { parent, child, saved, below, heir }, run => Assert.True(run.Start()));
        Assert.True(saved.Adopt(heir));
        Assert.True(parent.Terminate());
        Assert.Equal(SpeculationState.Terminated, child.State);
        Assert.Equal(SpeculationState.Running, saved.State);
        Assert.True(below.Confirm());
        Assert.True(saved.Confirm());
        Assert.True(heir.Confirm());
        Assert.Equal((SpeculationState.Committed, SpeculationState.Committed), (saved.State, below.State));
    }

    [Fact]
    public void HandOver_ParentReplaced_ChildrenOutliveIt()
    {
        var parent = new SpeculativeRun();
        SpeculativeRun[] children = [new(parent), new(parent), new(parent)];
        var successor = new SpeculativeRun();
        parent.Start();
        successor.Start();
        children[2].Terminate();

        parent.HandOver(successor);
        parent.Terminate();

        Assert.All(children[..2], child => Assert.Same(successor, child.Parent));
        Assert.All(children[..2], child => Assert.Equal(SpeculationState.Proposed, child.State));
        Assert.True(successor.Terminate());
        Assert.All(children, child => Assert.Equal(SpeculationState.Terminated, child.State));
    }

    [Fact]
    public void Adopt_OwnDescendant_IsRefused()
    {
        var parent = new Recorder();
        var child = new Recorder(parent);
        Assert.False(parent.Adopt(child));
        Assert.False(parent.Adopt(parent));
        Assert.Same(parent, child.Parent);
    }

    [Fact]
    public void Propose_BelowTheTerminated_IsTerminatedFromTheStart()
    {
        var parent = new Recorder();
        parent.Terminate();
        var child = new Recorder(parent);
        Assert.Equal(SpeculationState.Terminated, child.State);
        Assert.False(child.Start());
    }

    /// <summary>Every event in every state that trees of up to three can be brought to, against the plain model below.</summary>
    [Theory]
    [InlineData(-1)]
    [InlineData(-1, 0)]
    [InlineData(-1, -1)]
    [InlineData(-1, 0, 1)]
    [InlineData(-1, 0, 0)]
    [InlineData(-1, 0, -1)]
    [InlineData(-1, -1, -1)]
    public void Events_AllSequences_GiveWhatTheModelGives(params int[] parents)
    {
        var start = new Model(parents);
        var reached = new Dictionary<string, (int Node, int Event)[]> { [start.ToString()] = [] };
        var open = new Queue<(Model Model, (int Node, int Event)[] Path)>([(start, [])]);
        int transitions = 0;
        while (open.TryDequeue(out (Model Model, (int Node, int Event)[] Path) at))
        {
            for (int node = 0; node < parents.Length; node++)
            {
                for (int action = 0; action < 5 + parents.Length; action++)
                {
                    transitions++;
                    SpeculativeRun[] runs = Replay(parents, at.Path);
                    Model next = at.Model.Copy();
                    Assert.Equal(next.Apply(node, action), Apply(runs, node, action));
                    string expected = next.ToString();
                    Assert.Equal(expected, Describe(runs));
                    AssertLaws(runs);
                    if (!reached.ContainsKey(expected))
                    {
                        reached[expected] = [.. at.Path, (node, action)];
                        open.Enqueue((next, reached[expected]));
                    }
                }
            }
        }

        Assert.True(transitions > parents.Length * 20, $"{transitions} transitions between {reached.Count} states.");
    }

    static SpeculativeRun[] Replay(int[] parents, (int Node, int Event)[] path)
    {
        var runs = new SpeculativeRun[parents.Length];
        for (int i = 0; i < runs.Length; i++)
        {
            runs[i] = new(parents[i] < 0 ? null : runs[parents[i]]);
        }

        foreach ((int node, int action) in path)
        {
            Apply(runs, node, action);
        }

        return runs;
    }

    static bool Apply(SpeculativeRun[] runs, int node, int action) => action switch
    {
        0 => runs[node].Start(),
        1 => runs[node].Hold(),
        2 => runs[node].Confirm(),
        3 => runs[node].Terminate(),
        4 => runs[node].Adopt(null),
        _ => runs[node].Adopt(runs[action - 5]),
    };

    static string Describe(SpeculativeRun[] runs) =>
        string.Join(' ', runs.Select(run => $"{run.State}{(run.IsConfirmed ? "+" : "")}<{Array.IndexOf(runs, run.Parent)}"));

    static void AssertLaws(SpeculativeRun[] runs)
    {
        foreach (SpeculativeRun run in runs)
        {
            for (SpeculativeRun? above = run.Parent; above is not null; above = above.Parent)
            {
                Assert.NotEqual(SpeculationState.Terminated, above.State);
                Assert.True(run.State != SpeculationState.Committed || above.State == SpeculationState.Committed);
            }
        }
    }

    sealed class Recorder(SpeculativeRun? parent = null) : SpeculativeRun(parent)
    {
        public List<SpeculationState> Seen { get; } = [];

        protected override void OnChanged(SpeculationState state) => Seen.Add(state);
    }

    /// <summary>The same rules as arrays and loops to a fixed point.</summary>
    sealed class Model(int[] parents)
    {
        readonly int[] _parent = [.. parents];
        SpeculationState[] _state = new SpeculationState[parents.Length];
        bool[] _confirmed = new bool[parents.Length];

        public Model Copy() => new(_parent) { _state = [.. _state], _confirmed = [.. _confirmed] };

        public bool Apply(int node, int action)
        {
            bool isFinal = _state[node] >= SpeculationState.Committed;
            bool works = _state[node] is SpeculationState.Running or SpeculationState.Held;
            int heir = action - 5;
            bool allowed = action switch
            {
                0 => _state[node] == SpeculationState.Proposed,
                1 => _state[node] == SpeculationState.Running,
                2 => works && !_confirmed[node],
                3 or 4 => !isFinal,
                _ => !isFinal && _state[heir] != SpeculationState.Terminated && !Ancestors(heir).Contains(node),
            };
            if (!allowed)
            {
                return false;
            }

            switch (action)
            {
                case 0: _state[node] = SpeculationState.Running; break;
                case 1: _state[node] = SpeculationState.Held; break;
                case 2: _confirmed[node] = true; break;
                case 3: Terminate(node); break;
                default: _parent[node] = action == 4 ? -1 : heir; break;
            }

            for (int round = 0; round < _state.Length; round++)
            {
                for (int i = 0; i < _state.Length; i++)
                {
                    bool waits = _state[i] is SpeculationState.Running or SpeculationState.Held;
                    if (waits && _confirmed[i] && Ancestors(i).Skip(1).All(above => _state[above] == SpeculationState.Committed))
                    {
                        _state[i] = SpeculationState.Committed;
                    }
                }
            }

            return true;
        }

        public override string ToString() =>
            string.Join(' ', _state.Select((state, i) => $"{state}{(_confirmed[i] ? "+" : "")}<{_parent[i]}"));

        IEnumerable<int> Ancestors(int node)
        {
            for (int at = node; at >= 0; at = _parent[at])
            {
                yield return at;
            }
        }

        void Terminate(int node)
        {
            int[] lost = [.. Enumerable.Range(0, _state.Length).Where(i => Ancestors(i).Contains(node))];
            foreach (int i in lost)
            {
                (_state[i], _parent[i]) = (SpeculationState.Terminated, -1);
            }
        }
    }
}
