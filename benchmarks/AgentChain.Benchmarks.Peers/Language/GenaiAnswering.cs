using System.Diagnostics;
using System.Globalization;
using System.Text;
using AgentChain.Onnx.Tokenization;
using Microsoft.ML.OnnxRuntimeGenAI;
using Tokenizer = AgentChain.Onnx.Tokenization.Tokenizer;

namespace AgentChain.Benchmarks.Peers.Language;

/// <summary>
/// Answers with onnxruntime-genai on the caller's own thread, as its examples show: append the tokens, then generate one after another.
/// It refuses the regular expression of our <c>tokenizer.json</c>, so it gets token IDs, and our decoder makes its pieces of text.
/// </summary>
sealed class GenaiAnswering : IAnswering
{
    readonly Config _config;
    readonly Model _model;
    readonly GeneratorParams _parameters;
    readonly Tokenizer _tokenizer;
    readonly bool _keep;
    Generator? _generator;

    /// <summary>Loads the model.</summary>
    /// <param name="folder">The folder of the model.</param>
    /// <param name="threads">The number of threads of one operator.</param>
    /// <param name="tokenizer">The tokenizer that decodes.</param>
    /// <param name="keep">Whether a prompt with nothing in common reuses the generator, rewound to 0, rather than a new one.</param>
    public GenaiAnswering(string folder, int threads, Tokenizer tokenizer, bool keep)
    {
        (_tokenizer, _keep) = (tokenizer, keep);
        _config = new Config(folder);
        string number = threads.ToString(CultureInfo.InvariantCulture);
        _config.Overlay($"{{\"model\":{{\"decoder\":{{\"session_options\":{{\"intra_op_num_threads\":{number},\"inter_op_num_threads\":1}}}}}}}}");
        _model = new Model(_config);
        _parameters = new GeneratorParams(_model);
    }

    public string Name => _keep ? "genai, generator rewound" : "genai, new generator";

    public ValueTask<Answer> AnswerAsync(LanguagePrompt prompt, int known, int tokens)
    {
        if (_generator is not null && (known > 0 || _keep))
        {
            _generator.RewindTo((ulong)known);
        }
        else
        {
            _generator?.Dispose();
            _generator = new Generator(_model, _parameters);
        }

        long first = 0;
        var text = new StringBuilder();
        IncrementalDecoder decoder = _tokenizer.CreateDecoder();
        _generator.AppendTokens(prompt.Ids.AsSpan(known));
        int made = 0;
        for (; made < tokens; made++)
        {
            _generator.GenerateNextToken();
            if (_generator.IsDone())
            {
                break;
            }

            text.Append(decoder.Append(_generator.GetNextTokens()[0]));
            first = first == 0 ? Stopwatch.GetTimestamp() : first;
        }

        return ValueTask.FromResult(new Answer(first, made, text.Append(decoder.Complete()).ToString()));
    }

    public ValueTask DisposeAsync()
    {
        _generator?.Dispose();
        _parameters.Dispose();
        _model.Dispose();
        _config.Dispose();
        return ValueTask.CompletedTask;
    }
}
