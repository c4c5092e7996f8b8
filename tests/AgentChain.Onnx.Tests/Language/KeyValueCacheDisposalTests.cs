using AgentChain.Onnx.Language;
using AgentChain.Onnx.Runtime;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>A cache of the host's, used after or while it or its model is disposed: a clear error, and no memory is lost or used after it is free.</summary>
public sealed class KeyValueCacheDisposalTests
{
    static readonly int[] Prompt = [.. Enumerable.Range(20, 30)];

    public static TheoryData<string> Folders => ["tiny-genai", "tiny-genai-fp16", "tiny-optimum"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void EveryUse_OfADisposedCache_ThrowsObjectDisposed(string folder)
    {
        var host = new OnnxRuntimeHost();
        using (LanguageModel model = Load(host, folder))
        {
            using KeyValueCache other = model.CreateCache();
            KeyValueCache cache = model.CreateCache();
            cache.Read(Prompt);
            cache.Read([20]);
            using PrefixLease lease = cache.Save();
            cache.Read([21]);
            cache.Dispose();

            Assert.Throws<ObjectDisposedException>(() => { cache.Read([22]); });
            Assert.Throws<ObjectDisposedException>(() => { cache.Read([22, 23]); });
            Assert.Throws<ObjectDisposedException>(cache.Fork);
            Assert.Throws<ObjectDisposedException>(cache.Save);
            Assert.Throws<ObjectDisposedException>(() => cache.Load(lease));
            Assert.Throws<ObjectDisposedException>(() => cache.CopyTo(other));
            Assert.Throws<ObjectDisposedException>(() => other.CopyTo(cache));
            cache.Dispose();
            Assert.Equal(1, model.PrefixCache!.Statistics.Leases);
        }

        Assert.Empty(host.Ledger.Holders);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void EveryRun_AfterTheModelWasDisposed_ThrowsObjectDisposed(string folder)
    {
        var host = new OnnxRuntimeHost();
        LanguageModel model = Load(host, folder);
        using (KeyValueCache stepped = model.CreateCache(), read = model.CreateCache())
        {
            stepped.Read(Prompt);
            stepped.Read([20]);
            read.Read(Prompt);
            model.Dispose();

            Assert.Throws<ObjectDisposedException>(() => { stepped.Read([22]); });
            Assert.Throws<ObjectDisposedException>(() => { read.Read([22]); });
            Assert.Throws<ObjectDisposedException>(() => { read.Read([22, 23]); });
            Assert.Throws<ObjectDisposedException>(read.Fork);
            Assert.Throws<ObjectDisposedException>(model.CreateCache);
        }

        Assert.Empty(host.Ledger.Holders);
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Dispose_WhileAnotherThreadReads_EndsThatThreadAndReleasesEverything(string folder)
    {
        var host = new OnnxRuntimeHost();
        using (LanguageModel model = Load(host, folder))
        {
            for (int i = 0; i < 50; i++)
            {
                KeyValueCache cache = model.CreateCache();
                cache.Read(Prompt);
                using var begun = new ManualResetEventSlim();
                Exception? ended = null;
                var reader = new Thread(() =>
                {
                    try
                    {
                        while (true)
                        {
                            cache.Rewind(Prompt.Length);
                            cache.Read([20 + (i % 10)]);
                            begun.Set();
                        }
                    }
                    catch (Exception error)
                    {
                        ended = error;
                    }
                });
                reader.Start();
                begun.Wait();
                cache.Dispose();
                reader.Join();

                Assert.IsType<ObjectDisposedException>(ended);
            }
        }

        Assert.Empty(host.Ledger.Holders);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Read_TokenThatTheModelDoesNotHave_NamesIt(int token)
    {
        using LanguageModel model = Load(new OnnxRuntimeHost(), "tiny-genai");
        using KeyValueCache cache = model.CreateCache();
        cache.Read(Prompt);

        OnnxModelException error = Assert.Throws<OnnxModelException>(() => { cache.Read([20, token]); });

        Assert.Contains($"the token {token}", error.Message, StringComparison.Ordinal);
        Assert.Equal(Prompt.Length, cache.Length);
    }

    static LanguageModel Load(OnnxRuntimeHost host, string folder) =>
        LanguageModel.Load(host, Fixture.Path(folder), options: new() { MaxLength = 160 });
}
