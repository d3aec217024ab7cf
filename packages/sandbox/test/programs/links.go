// A static program with the two netlink libraries of Go: prints what it sees, a line for each step.
package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	mdlayher "github.com/mdlayher/netlink"
	"github.com/vishvananda/netlink"
)

func main() {
	updates := make(chan netlink.LinkUpdate, 64)
	done := make(chan struct{})
	fmt.Println("subscribe", netlink.LinkSubscribe(updates, done))
	made := &netlink.GenericLink{LinkAttrs: netlink.LinkAttrs{Name: "go0"}, LinkType: "nlmon"}
	fmt.Println("add", netlink.LinkAdd(made))
	fmt.Println("again", errors.Is(netlink.LinkAdd(made), syscall.EEXIST))
	link, err := netlink.LinkByName("go0")
	fmt.Println("type", link.Type(), err)
	fmt.Println("up", netlink.LinkSetUp(link))
	update := <-updates
	fmt.Println("update", update.Link.Attrs().Name)
	close(done)

	// Many at once, from as many threads as the runtime likes.
	var wrong atomic.Int32
	var group sync.WaitGroup
	for i := 0; i < 16; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for j := 0; j < 10; j++ {
				if links, err := netlink.LinkList(); err != nil || len(links) != 2 {
					wrong.Add(1)
				}
			}
		}()
	}
	group.Wait()
	fmt.Println("wrong", wrong.Load())

	interfaces, err := net.Interfaces()
	fmt.Println("interfaces", len(interfaces), err)

	// The other library waits by epoll, and has deadlines.
	conn, err := mdlayher.Dial(0, &mdlayher.Config{Strict: true})
	if err != nil {
		fmt.Println("dial", err)
		os.Exit(1)
	}
	request := mdlayher.Message{Header: mdlayher.Header{Type: 18, Flags: mdlayher.Request | mdlayher.Dump}, Data: make([]byte, 16)}
	messages, err := conn.Execute(request)
	fmt.Println("dump", len(messages), err)
	conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	_, err = conn.Receive()
	fmt.Println("deadline", errors.Is(err, os.ErrDeadlineExceeded))
	conn.SetReadDeadline(time.Time{})
	conn.JoinGroup(1)
	go netlink.LinkDel(link)
	heard, err := conn.Receive()
	fmt.Println("heard", len(heard) > 0, err)
	fmt.Println("close", conn.Close())
}
