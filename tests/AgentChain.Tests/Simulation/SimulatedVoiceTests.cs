using AgentChain.Simulation;

namespace AgentChain.Tests.Simulation;

/// <summary>A whole voice service in virtual time: many users, shared devices, barge-in. A seed gives one run, to the last event.</summary>
public class SimulatedVoiceTests
{
    static readonly string[] Questions =
    [
        "what is my balance", "could you tell me where my card is please", "no", "I would like to know why the transfer took so long",
    ];

    [Fact]
    public void Run_SameSeedTwice_SameEvents()
    {
        IReadOnlyList<string> events = Play(seed: 3);
        Assert.True(events.Count > 300, "Too little happened to show anything.");
        Assert.Contains(events, e => e.EndsWith(nameof(TurnOutcome.Interrupted), StringComparison.Ordinal));
        Assert.Equal(events, Play(seed: 3));
        Assert.NotEqual(events, Play(seed: 4));
    }

    static IReadOnlyList<string> Play(int seed) => VirtualWorld.Run(async world =>
    {
        var retrieval = new SimulatedDevice(world.Clock, servers: 4);
        var prefill = new SimulatedDevice(world.Clock, servers: 1, slice: 20.Milliseconds());
        await using StreamChain<Utterance, string> chain = Chain.From<Utterance>("voice")
            .Revise(
                "listen",
                new SimulatedRecognizer { LiveInput = true, EndOfTurn = EndOfTurnScore.OfAuc(0.92), Refresh = 100.Milliseconds() },
                o => o.LiveInput().OnHypothesis((h, c) => world.Record($"{c.TurnId} heard {h.Value} {h.Probability:0.####}")))
            .Then("retrieve", new SimulatedBlock<string, string>(LatencyModel.LogNormal(120.Milliseconds(), 0.4), text => $"[{text}]")
            {
                Seed = seed,
                Device = retrieval,
            })
            .Stream("answer", new SimulatedStreamBlock<string, string>(
                LatencyModel.PerToken(8.Milliseconds(), TimeSpan.FromMicroseconds(50)),
                LatencyModel.Fixed(10.Milliseconds()).WithNoise(0.1),
                prompt => prompt.Split(' '))
            {
                Seed = seed,
                Size = prompt => 1800 + prompt.Length,
                Device = prefill,
            })
            .Build(world.Options());

        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            RandomKey key = RandomKey.Of(seed).Fold("user").Fold(i);
            await world.Delay(key.Below(20_000));
            await using Conversation<Utterance, string> conversation = chain.OpenConversation();
            IReadOnlyList<ScriptedTurn<Utterance, string>> turns = await new ScriptedUser<Utterance>()
                .Say(TimeSpan.Zero, Utterance.Say(Questions[key.Below(4)], key.Fold(0)))
                .Say(key.Fold("barge-in").Below(6000).Milliseconds(), Utterance.Say(Questions[key.Fold(2).Below(4)], key.Fold(1)))
                .SayAfterAnswer(300.Milliseconds(), Utterance.Say(Questions[0], key.Fold(2)))
                .PlayAsync(conversation, world.Clock);
            foreach (ScriptedTurn<Utterance, string> turn in turns)
            {
                world.Record($"user {i} said {turn.Input.Text} at {turn.SaidAt}, heard {turn.Heard.Count}: {turn.Result.Outcome}");
            }
        }));
        Assert.Equal(0, chain.LiveTurns);
        Assert.Equal((0, 0), (prefill.Running, prefill.Waiting));
        return world.Events;
    });
}
