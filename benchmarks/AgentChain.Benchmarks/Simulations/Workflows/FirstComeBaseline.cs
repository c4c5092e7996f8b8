namespace AgentChain.Benchmarks.Simulations.Workflows;

/// <summary>First-come, first-served calls on the devices, and the time of each turn.</summary>
static class FirstComeBaseline
{
    /// <summary>A router gives each call to the next device in turn, and each device serves its own queue: model servers behind a router.</summary>
    public static double[] InTurn(WorkflowJob[] jobs)
    {
        int next = 0;
        double[] free = new double[WorkflowLoad.Devices.Length];
        return Run(jobs, (_, now, work) =>
        {
            int device = next++ % free.Length;
            free[device] = Math.Max(now, free[device]) + (work / WorkflowLoad.Devices[device].Speed);
            return free[device];
        });
    }

    /// <summary>One queue for all devices: each call takes the device that is free first, of several free ones the next in turn.</summary>
    public static double[] OneQueue(WorkflowJob[] jobs)
    {
        int next = 0;
        double[] free = new double[WorkflowLoad.Devices.Length];
        return Run(jobs, (_, now, work) =>
        {
            int device = -1;
            for (int i = 0; i < free.Length; i++)
            {
                int candidate = (next + i) % free.Length;
                device = device < 0 || Math.Max(now, free[candidate]) < Math.Max(now, free[device]) ? candidate : device;
            }

            next = device + 1;
            free[device] = Math.Max(now, free[device]) + (work / WorkflowLoad.Devices[device].Speed);
            return free[device];
        });
    }

    /// <summary>Plays the calls in the order in which they are made; each ends when the dispatch says.</summary>
    static double[] Run(WorkflowJob[] jobs, Func<WorkflowJob, double, double, double> dispatch)
    {
        double[] times = new double[jobs.Length];
        var calls = new PriorityQueue<(WorkflowJob Job, int Stage), (double At, long Number)>();
        long number = 0;
        foreach (WorkflowJob job in jobs)
        {
            calls.Enqueue((job, 0), (job.At, number++));
        }

        while (calls.TryDequeue(out (WorkflowJob Job, int Stage) call, out (double At, long Number) at))
        {
            if (call.Stage == call.Job.Work.Length)
            {
                times[call.Job.Row] = at.At - call.Job.At;
                continue;
            }

            double end = dispatch(call.Job, at.At, call.Job.Work[call.Stage]);
            calls.Enqueue((call.Job, call.Stage + 1), (end, number++));
        }

        return times;
    }
}
