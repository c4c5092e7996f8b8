using System.Diagnostics.CodeAnalysis;

namespace AgentChain.Simulation;

public sealed partial class SimulatedBatchDevice
{
    /// <summary>Moves chunks of prompts into the next step: first those of prompts that have been read in part.</summary>
    internal void TakeChunks(BatchServer server, List<BatchJob> step, int most)
    {
        foreach (BatchJob job in server.Reading)
        {
            Take(job);
        }

        foreach (bool speculative in (ReadOnlySpan<bool>)[false, true])
        {
            for (int i = 0; i < _prompts.Count && most > 0 && server.Reading.Count < _options.MaxBatch;)
            {
                BatchJob job = _prompts[i];
                if (job.IsSpeculative != speculative)
                {
                    i++;
                    continue;
                }

                _running++;
                server.Reading.Add(job);
                _prompts.RemoveAt(i);
                Take(job);
            }
        }

        void Take(BatchJob job)
        {
            job.Chunk = Math.Min(most, job.Tokens - job.Read);
            most -= job.Chunk;
            if (job.Chunk > 0)
            {
                step.Add(job);
            }
        }
    }

    /// <summary>Moves the prompts of the next step out of the queue.</summary>
    internal void TakePrompts(BatchServer server, List<BatchJob> step)
    {
        // What is left of prompts that were read in chunks until now.
        long tokens = 0;
        foreach (BatchJob job in server.Reading)
        {
            job.Chunk = job.Tokens - job.Read;
            tokens += job.Chunk;
            step.Add(job);
        }

        int before = step.Count;
        foreach (bool speculative in (ReadOnlySpan<bool>)[false, true])
        {
            for (int i = 0; i < _prompts.Count && step.Count < _options.MaxBatch;)
            {
                BatchJob job = _prompts[i];
                if (job.IsSpeculative != speculative)
                {
                    i++;
                    continue;
                }

                if (step.Count > 0 && tokens + job.Tokens > _options.MaxPromptTokens)
                {
                    // Nothing overtakes, and a long queue is not searched in each step.
                    _running += step.Count - before;
                    return;
                }

                tokens += job.Tokens;
                job.Chunk = job.Tokens;
                step.Add(job);
                server.Reading.Add(job);
                _prompts.RemoveAt(i);
            }
        }

        _running += step.Count - before;
    }

    /// <summary>Takes the sequences into a server's batch that wait for it and fit.</summary>
    internal void Admit(BatchServer server)
    {
        if (server.Waiting.Count == 0)
        {
            return;
        }

        long cached = server.Sequences.Sum(job => (long)job.Tokens + job.Steps);
        foreach (bool speculative in (ReadOnlySpan<bool>)[false, true])
        {
            for (int i = 0; i < server.Waiting.Count && server.Sequences.Count < _options.MaxBatch;)
            {
                BatchJob job = server.Waiting[i];
                if (job.IsSpeculative != speculative)
                {
                    i++;
                    continue;
                }

                if (server.Sequences.Count > 0 && cached + job.Tokens + job.Steps > _options.MaxCachedTokens)
                {
                    // Nothing overtakes, and a long queue is not searched in each step.
                    return;
                }

                cached += (long)job.Tokens + job.Steps;
                server.Sequences.Add(job);
                server.Waiting.RemoveAt(i);
            }
        }
    }

    /// <summary>Asks the host for the time of a step.</summary>
    internal bool TryGetTime(BatchStep step, out TimeSpan time, [NotNullWhen(false)] out Exception? error)
    {
        try
        {
            time = _options.Time(step);
            error = time >= TimeSpan.Zero && time <= SimulatedBatchOptions.LongestStep ? null : new InvalidOperationException(
                $"The time of a batch's step is {OptionCheck.Ms(time)} for {step}; {_options.TimeOption} must return zero or more, and at most a day.");
        }
        catch (Exception thrown)
        {
            (time, error) = (default, thrown);
        }

        return error is null;
    }

    internal void Stepped(TimeSpan time, int batch)
    {
        _busy += time;
        Steps++;
        _stepped += batch;
    }

    internal void End(BatchJob job, Exception? error)
    {
        _running -= job.IsPrompt ? 1 : 0;
        (Completed, Aborted) = error is null ? (Completed + 1, Aborted) : (Completed, Aborted + 1);
        Notify(job, error is null);
        job.Finish(error);
    }

    internal void Leave(BatchJob job)
    {
        if (job.Server is { } server)
        {
            server.Leave(job);
            _running -= job.IsPrompt ? 1 : 0;
        }
        else
        {
            _prompts.Remove(job);
        }

        Aborted++;
        _aborted += job.Worked;
        Notify(job, isCompleted: false);
    }

    void Notify(BatchJob job, bool isCompleted) => Observer?.Ended(job.Turn, job.Block, new DeviceWork
    {
        QueuedAt = job.QueuedAt,
        StartedAt = job.StartedAt,
        EndedAt = Clock.GetTimestamp(),
        Worked = job.Worked,
        Waited = new((job.StartedAt == 0 ? Clock.GetTimestamp() : job.StartedAt) - job.QueuedAt),
        IsCompleted = isCompleted,
    });
}
