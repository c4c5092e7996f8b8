namespace AgentChain.Onnx.Language;

/// <summary>
/// Takes the steps of a model's sequences, several in one run where the model supports it, and learns their times. Thread-safe.
/// </summary>
sealed class BatchRunner : IDisposable
{
    readonly KeyValueArena _arena;
    readonly LanguageModelInstruments _instruments;
    readonly BatchBindings _bindings;
    readonly bool[] _isChecked;
    int _largest = 1;

    public BatchRunner(DecoderGraph graph, KeyValueArena arena, int most, LanguageModelInstruments instruments, TimeProvider time)
    {
        (_arena, _instruments, Time) = (arena, instruments, time);
        while (_largest < most && BatchBinding.Supports(graph, _largest + 1))
        {
            _largest++;
        }

        _bindings = new BatchBindings(graph, _largest);
        Times = new StepTimes(_largest);
        _isChecked = new bool[_largest + 1];
    }

    public TimeProvider Time { get; }

    /// <summary>The times of the model's steps.</summary>
    public StepTimes Times { get; }

    /// <summary>The lengths of the model's answers.</summary>
    public AnswerLengths Lengths { get; } = new();

    /// <summary>The largest number of sequences that can take a step in one run; 1 if no two can.</summary>
    public int Largest => Volatile.Read(ref _largest);

    /// <summary>Takes a step of one sequence.</summary>
    public void Step(DecodeMember member)
    {
        long start = Time.GetTimestamp();
        member.Step();
        Times.Record(1, Time.GetElapsedTime(start));
        _instruments.RecordBatch(1);
    }

    /// <summary>Takes a step of each sequence that there is time for.</summary>
    /// <param name="members">The sequences, with their slack. They have read their prompts, and the call sorts them.</param>
    public void StepAll(Span<DecodeMember> members)
    {
        int together = Largest;
        members = members[..BatchChoice.Choose(members, together, Times)];
        for (int at = 0; at < members.Length; at += together)
        {
            Span<DecodeMember> batch = members.Slice(at, Math.Min(together, members.Length - at));
            BatchOutcome outcome = batch.Length > 1 ? TryStep(batch) : BatchOutcome.NotNow;
            if (outcome != BatchOutcome.Done)
            {
                StepOneByOne(batch, outcome == BatchOutcome.Failed);
            }
        }
    }

    public void Dispose() => _bindings.Dispose();

    void StepOneByOne(ReadOnlySpan<DecodeMember> members, bool togetherFailed)
    {
        bool isWell = true;
        foreach (DecodeMember member in members)
        {
            Step(member);
            isWell &= !member.HasFailed;
        }

        if (togetherFailed && isWell)
        {
            Refuse(members.Length);
        }
    }

    BatchOutcome TryStep(Span<DecodeMember> members)
    {
        BatchBinding? binding = null;
        int entered = 0;
        bool isWell = false;
        try
        {
            binding = _bindings.Rent(members.Length, members[0].Shared.LogitsWidth);
            foreach (DecodeMember member in members)
            {
                binding.Caches[entered] = member.Shared;
                member.Shared.Enter();
                entered++;
            }

            if (_arena.Join(binding.Caches) is not { } rows)
            {
                isWell = true;
                return BatchOutcome.NotNow;
            }

            members.Sort(static (a, b) => a.Shared.Row.CompareTo(b.Shared.Row));
            long start = Time.GetTimestamp();
            binding.Run(rows, members);
            isWell = true;
            Times.Record(members.Length, Time.GetElapsedTime(start));
            _instruments.RecordBatch(members.Length);
            if (_isChecked[members.Length])
            {
                Take(binding, members);
            }
            else
            {
                Check(binding, members);
            }

            return BatchOutcome.Done;
        }
        catch (ObjectDisposedException)
        {
            // The model is being unloaded, or the lane has given up this job.
            return BatchOutcome.NotNow;
        }
        catch (Exception)
        {
            // Each then runs alone, which shows whose fault it is and what the error is.
            return BatchOutcome.Failed;
        }
        finally
        {
            for (int i = 0; i < entered; i++)
            {
                binding!.Caches[i].Leave();
            }

            // What is bound after a failure is not known.
            if (isWell)
            {
                _bindings.Return(binding!);
            }
            else
            {
                binding?.Dispose();
            }
        }
    }

    static void Take(BatchBinding binding, ReadOnlySpan<DecodeMember> members)
    {
        for (int i = 0; i < members.Length; i++)
        {
            members[i].Shared.Append(members[i].Generator.NextToken);
            members[i].Take(binding.Logits(i));
        }
    }

    /// <summary>
    /// Repeats a step for each sequence by itself, and continues with these results. If the others equal them to the last bit, this number
    /// of sequences needs no further check; if one differs, it is not tried again; if a sequence failed, the next step is checked.
    /// </summary>
    void Check(BatchBinding binding, ReadOnlySpan<DecodeMember> members)
    {
        bool isEqual = true, isCompared = true;
        for (int i = 0; i < members.Length; i++)
        {
            bool? isSame = members[i].StepAndCompare(binding.Logits(i));
            isEqual &= isSame is not false;
            isCompared &= isSame is not null;
        }

        if (!isEqual)
        {
            Refuse(members.Length);
        }
        else if (isCompared)
        {
            _isChecked[members.Length] = true;
        }
    }

    /// <summary>Does not try this number of sequences again, nor a larger one.</summary>
    void Refuse(int sequences)
    {
        int largest = Largest;
        while (sequences <= largest)
        {
            largest = Interlocked.CompareExchange(ref _largest, sequences - 1, largest);
        }
    }
}
