using AgentChain.Devices;
using AgentChain.Simulation;
using AgentChain.Speculation;
using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI.Tests.Agents.Schedules;

/// <summary>A random agent and the turns of one session, in virtual time.</summary>
sealed class AgentSchedule
{
    readonly VirtualWorld _world;
    readonly Random _random;
    readonly Plan _plan;
    readonly ScheduleLog _log;
    readonly AgentSession _session = new();
    readonly bool _speculates;
    readonly int _mood;
    readonly PlannedGuesses _guesses;
    readonly ScheduledGuesses _early;
    readonly Dictionary<string, ExpectedTurn> _expected = [];

    public AgentSchedule(int seed, VirtualWorld world)
    {
        (_world, _random, _plan, _log) = (world, new Random(seed), new Plan(seed), new ScheduleLog(world));
        (_guesses, _mood) = (new PlannedGuesses(seed, _plan), seed);
        _early = new ScheduledGuesses(world, _plan, _guesses);
        _speculates = _random.Next(3) > 0;
    }

    public async Task<ScheduleTally> PlayAsync(int turns)
    {
        AgentBlock agent = new ScheduledModel(_world, _plan, _log).Client.AsAgent(a =>
        {
            a.OnOverrun(_plan.Rule == OverrunRule.Partial ? AgentOverrun.Partial : AgentOverrun.BlockRule);
            a.MaxRounds(_plan.MaxRounds).Grace(Plan.GraceMs.Milliseconds());
            foreach (string tool in Plan.Tools)
            {
                var function = new ScheduledTool(_world, _plan, _log, tool);
                a.Tool(function, function.Declare);
            }

            if (_mood % 4 > 0)
            {
                _early.Declare(a);
            }
        });
        using var devices = new DeviceScheduler([ComputeDevice.Cpu(1) with { MaxLeases = 1 + (_mood % 2) }]);
        var tally = new ScheduleTally();
        List<PlayedTurn> played = [];
        await using (StreamChain<string, ChatResponseUpdate> chain = Build(agent, devices))
        {
            for (int i = 0; i < turns; i++)
            {
                played.Add(await PlayTurnAsync(chain, $"q{i}"));
                tally.Add(played[^1].Result);
                Judge(played, isOver: false);
                await _world.Delay(_random.Next(3) == 0 ? _random.Next(500) : 0);
            }
        }

        // Tools that ignore their tokens come to their end.
        await _world.Delay(5000);
        Judge(played, isOver: true);
        tally.Runs = _log.Runs;
        (tally.Effects, tally.Early) = (_log.Keys.Count, _log.Early);
        Assert.Equal(0, devices.OpenLeases);
        Assert.True(_log.EarlyRunning == 0, $"{_log.EarlyRunning} early calls still run.");
        LearnedCounts.Check(_early.Table, _guesses, played, _expected, isUsed: _mood % 4 > 0);
        return tally;
    }

    StreamChain<string, ChatResponseUpdate> Build(AgentBlock agent, DeviceScheduler devices)
    {
        ChainBuilder<string, string> chain = Chain.From<string>("desk");
        ChainBuilder<string, AgentRequest> asked = _speculates
            ? chain.Revise("listen", new SimulatedRevisingBlock<string, AgentRequest>(Hypotheses))
            : chain.Then("ask", Final);
        return asked
            .Stream("agent", agent, o =>
            {
                if (_speculates)
                {
                    o.Speculate();
                }

                if (_plan.Rule == OverrunRule.Fallback)
                {
                    o.OnOverrun(Overrun.Fallback(new ChatResponseUpdate(ChatRole.Assistant, Plan.Sorry)));
                }
            })
            .Build(_world.Options(o =>
            {
                o.Devices = devices;
                o.Speculation = new SpeculationOptions { Controller = new MoodyController(_mood) };
                o.Budget = _random.Next(4) == 0 ? LatencyBudget.Total(_random.Next(400, 1500).Milliseconds()) : default;
            }));
    }

    AgentRequest Final(string question)
    {
        _log.Finals.Add(question);
        return _session.Ask(question);
    }

    IEnumerable<TimedHypothesis<AgentRequest>> Hypotheses(string question)
    {
        int at = 0;
        for (int i = _random.Next(3); i > 0; i--)
        {
            string guess = _random.Next(2) == 0 ? question : $"{question}x{_random.Next(2)}";
            yield return new((at += _random.Next(200)).Milliseconds(), Hypothesis.Tentative(_session.Ask(guess), 0.8));
        }

        yield return new((at + _random.Next(400)).Milliseconds(), Hypothesis.Final(Final(question)));
    }

    async Task<PlayedTurn> PlayTurnAsync(StreamChain<string, ChatResponseUpdate> chain, string question)
    {
        await using Turn<ChatResponseUpdate> turn = chain.Start(question);
        List<string> read = [];
        Task reading = ReadAsync(turn, read);
        if (_random.Next(3) == 0)
        {
            await _world.Delay(_random.Next(900));
            turn.Interrupt();
        }

        TurnResult result = await turn.Completion;
        double ended = _world.Elapsed.TotalMilliseconds;
        await reading;
        SpeculationAccount account = result.Report.Speculation;
        Assert.Equal(account.Started, account.Committed + account.Terminated);
        var played = new PlayedTurn(turn.Id, question, result, ended, read);
        if (_random.Next(4) == 0)
        {
            int heard = _random.Next(read.Count + 1);
            if (_session.ReportHeard(turn.Id, string.Join(' ', read.Take(heard))))
            {
                played.Heard = heard;
            }
        }

        return played;
    }

    static async Task ReadAsync(Turn<ChatResponseUpdate> turn, List<string> read)
    {
        try
        {
            await foreach (ChatResponseUpdate update in turn.Output)
            {
                Assert.NotEqual(Plan.Sorry, read.LastOrDefault());
                read.AddRange(update.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }
        catch (TurnException)
        {
        }
    }

    void Judge(List<PlayedTurn> played, bool isOver)
    {
        Assert.Empty(_log.Violations);
        IReadOnlyList<ChatMessage> messages = _session.Messages;
        Assert.True(History.IsWhole(messages));
        string[] asked = [.. messages.Where(one => one.Role == ChatRole.User).Select(one => one.Text)];
        Assert.Equal(played.Select(one => one.Question).Where(asked.Contains), asked);
        foreach (PlayedTurn turn in isOver ? played : played.TakeLast(1))
        {
            if (!_expected.TryGetValue(turn.Question, out ExpectedTurn? expected))
            {
                _expected[turn.Question] = expected = ExpectedTurn.Of(_plan, turn.Question);
            }

            IEnumerable<ChatMessage> own = messages.SkipWhile(one => one.Role != ChatRole.User || one.Text != turn.Question).Skip(1)
                .TakeWhile(one => one.Role != ChatRole.User);
            ScheduleVerdict.Check(turn, _plan, expected, _log, [.. own], isOver);
        }
    }
}
