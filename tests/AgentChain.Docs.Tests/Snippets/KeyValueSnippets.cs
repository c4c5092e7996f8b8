using AgentChain.Devices;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Tests.Architecture;

namespace AgentChain.Docs.Tests.Snippets;

/// <summary>The code of docs/key-value-caches.md.</summary>
public sealed class KeyValueSnippets
{
    static readonly string Folder = Path.Combine(RepositoryFiles.Root, "models", "language-model");

    [Fact]
    public async Task Lease_OfTheSystemPrompt_KeepsIt()
    {
        using var lane = new DeviceLane("cpu");
        using LanguageModel model = LanguageModel.Load(new OnnxRuntimeHost(), Folder);
        var system = new ChatPrompt(new ChatMessage(ChatRole.System, "agent: support\ncustomer name: [name_1]"));
        #region lease
        IReadOnlyList<int> beginning = model.Encode(system);
        await model.PrefillAsync(lane, beginning);
        using PrefixLease kept = model.PrefixCache!.Lease(beginning);         // until it is disposed

        PrefixCacheStatistics ledger = model.PrefixCache.Statistics;
        Console.WriteLine($"{ledger.BytesHeld} bytes, {ledger.PagesLeased} pages leased, {ledger.Evictions} evicted");
        #endregion
        Assert.Equal((beginning.Count, 1), (kept.Length, ledger.Leases));
    }

    [Fact]
    public void Fork_OfASavedState_BranchesTheConversation()
    {
        using LanguageModel model = LanguageModel.Load(new OnnxRuntimeHost(), Folder);
        int[] prompt = [1783, 591, 10, 914, 618, 685, 1080], calm = [44, 680], hurried = [44, 658];
        #region fork
        using KeyValueCache conversation = model.CreateCache();
        conversation.Read(prompt);
        using PrefixLease state = conversation.Save();

        using KeyValueCache other = model.CreateCache();
        other.Load(state);                              // the next run copies in what this cache does not have
        if (state.Length < prompt.Length) other.Read(prompt.AsSpan(state.Length)); // what had no room
        Span<float> first = conversation.Read(calm), second = other.Read(hurried);
        conversation.Rewind(prompt.Length);             // and on from the same state again
        #endregion
        Assert.Equal((7, 9), (conversation.Length, other.Length));
        Assert.Equal(first.Length, second.Length);
    }

    [Fact]
    public async Task PrefixCache_OfAModelOnAnotherDevice_ContinuesItsPrompts()
    {
        var host = new OnnxRuntimeHost();
        string folder = Folder;
        DeviceRequest fast = DeviceRequest.Named("cpu"), near = fast;
        using var fastLane = new DeviceLane("fast");
        using var nearLane = new DeviceLane("near");
        int[] prompt = [1783, 591, 10, 914, 618, 685, 1080, 1784, 10, 1783, 594, 10];
        #region devices
        using LanguageModel reader = LanguageModel.Load(host, folder, fast);
        using LanguageModel writer = LanguageModel.Load(host, folder, near, new() { PrefixCache = reader.PrefixCache });

        await reader.PrefillAsync(fastLane, prompt);
        Generation answer = writer.Generate(nearLane, prompt);                // reads only the last token
        #endregion
        Assert.NotEmpty(await answer.ToTextAsync());
        Assert.Equal(prompt.Length - 1, answer.Statistics.ReusedTokens);
    }

    // With two devices; PhasedLanguageModelBlockTests run it.
    internal static StreamChain<string, string> Phases(LanguageModel reader, LanguageModel writer, IDeviceScheduler devices)
    {
        #region phases
        var answer = new PhasedLanguageModelBlock([reader, writer]);
        StreamChain<string, string> chain = Chain.From<string>("desk")
            .Then("prompt", question => new ChatPrompt(new ChatMessage(ChatRole.User, question)))
            .Stream("answer", answer)                                         // without On: it leases a device for each phase
            .Build(new ChainOptions { Devices = devices });
        #endregion
        return chain;
    }
}
