package clean
import ("testing";"os";"strings";"time";"fmt")
func TestZZHunt(t *testing.T){
 f:=os.Getenv("HUNT"); if f=="" {return}
 zn:=os.Getenv("HZONE"); if zn=="" {zn="Asia/Ho_Chi_Minh"}
 d,_:=os.ReadFile(f)
 for l:=range strings.Lines(string(d)){ l=strings.TrimSuffix(l,"\n"); if got,ok:=readDate(l,mustZone(t,zn));ok{fmt.Printf("READ %-60q %s\n",l,got.Format(time.RFC3339))} else if os.Getenv("HALL")!="" {fmt.Printf("none %q\n",l)} }
}
